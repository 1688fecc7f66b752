import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import type { Credentials } from "../../dist/etcd/credentials.js";
import type { Endpoint } from "../../dist/etcd/etcd3-endpoint.js";
import { createRenewingEndpoint } from "../../dist/etcd/renewing-endpoint.js";

const request = { compare: [], success: [] };
const credentialsOf = (text: string): Credentials => ({
  ca: undefined,
  cert: Buffer.from(text),
  key: Buffer.from(text),
});

/** An endpoint whose clients all fail, with what was opened and closed. */
function createScene(failure = "14 UNAVAILABLE: closed") {
  const scene = {
    file: "first",
    failure,
    opened: [] as string[],
    closed: [] as string[],
    onOpen() {},
  };
  const endpoint = createRenewingEndpoint({
    url: "https://127.0.0.1:2379",
    read() {
      if (scene.file === "") throw new Error("no such file");
      return credentialsOf(scene.file);
    },
    open(credentials, generation) {
      assert.equal(generation, scene.opened.length);
      const name = String(credentials?.cert);
      if (name === "unfit") throw new Error("key values mismatch");
      scene.opened.push(name);
      scene.onOpen();
      const client: Partial<Endpoint> = {
        async txn() {
          if (scene.failure !== "") throw new Error(scene.failure);
          return { succeeded: true, revision: 1n, raftTerm: 1n, clusterId: "1", results: [] };
        },
        openKeepAlive(_leaseId, handlers) {
          return { send: () => handlers.onFailed(new Error(scene.failure)), abandon() {}, close() {} };
        },
        close: () => scene.closed.push(name),
      };
      return client as Endpoint;
    },
  });
  return { scene, endpoint };
}

describe("an endpoint that renews its client", () => {
  it("keeps the client as long as its files are what they were, whatever fails", async () => {
    const { scene, endpoint } = createScene();
    for (let i = 0; i < 3; i += 1) await assert.rejects(endpoint.txn(request), /UNAVAILABLE/);
    assert.deepEqual(scene.opened, ["first"]);
  });

  it("opens another when a call or a stream fails and the files have changed", async () => {
    const { scene, endpoint } = createScene();
    scene.file = "second";
    await assert.rejects(endpoint.txn(request), /UNAVAILABLE/);
    assert.deepEqual([scene.opened, scene.closed], [["first", "second"], ["first"]]);
    scene.file = "third";
    const failures: Error[] = [];
    endpoint.openKeepAlive(1n, { onAnswer() {}, onFailed: (error) => failures.push(error) }).send();
    assert.deepEqual(scene.opened, ["first", "second", "third"]);
    assert.equal(failures.length, 1);
  });

  it("goes on with the old one while the new files are not complete", async () => {
    const { scene, endpoint } = createScene();
    for (const file of ["", "unfit"]) {
      scene.file = file;
      await assert.rejects(endpoint.txn(request), /UNAVAILABLE/);
      assert.deepEqual([scene.opened, scene.closed], [["first"], []], file);
    }
    scene.file = "second";
    await assert.rejects(endpoint.txn(request));
    assert.deepEqual(scene.opened, ["first", "second"]);
  });

  it("opens another when a stream is refused for its token, which only calls renew", () => {
    const { scene, endpoint } = createScene("16 UNAUTHENTICATED: etcdserver: invalid auth token");
    endpoint.openKeepAlive(1n, { onAnswer() {}, onFailed() {} }).send();
    assert.deepEqual(scene.opened, ["first", "first"]);
  });

  it("opens another when there is no answer in time, as the connection may lead nowhere", async () => {
    const { scene, endpoint } = createScene("");
    const silence = "4 DEADLINE_EXCEEDED: Deadline exceeded after 1.0s";
    await endpoint.txn(request);
    scene.failure = silence;
    await Promise.allSettled([endpoint.txn(request), endpoint.txn(request)]);
    assert.deepEqual([scene.opened.length, scene.closed.length], [2, 1], "one for both calls");
    scene.failure = "";
    await endpoint.txn(request);
    endpoint.openKeepAlive(1n, { onAnswer() {}, onFailed() {} }).abandon();
    assert.deepEqual([scene.opened.length, scene.closed.length], [3, 2]);
  });

  it("opens no third one as long as the second has not answered either", async () => {
    const { scene, endpoint } = createScene("");
    await endpoint.txn(request);
    scene.failure = "4 DEADLINE_EXCEEDED: Deadline exceeded after 1.0s";
    for (let i = 0; i < 5; i += 1) await assert.rejects(endpoint.txn(request));
    endpoint.openKeepAlive(1n, { onAnswer() {}, onFailed() {} }).abandon();
    assert.equal(scene.opened.length, 2);
  });

  it("opens it in the async context of no request", async () => {
    const context = new AsyncLocalStorage<string>();
    const { scene, endpoint } = createScene();
    const contexts: (string | undefined)[] = [];
    scene.onOpen = () => contexts.push(context.getStore());
    scene.file = "second";
    await context.run("request", () => assert.rejects(endpoint.txn(request), /UNAVAILABLE/));
    assert.deepEqual(contexts, [undefined]);
  });

  it("opens none after it was closed", async () => {
    const { scene, endpoint } = createScene();
    scene.file = "second";
    endpoint.close();
    await assert.rejects(endpoint.txn(request));
    assert.deepEqual([scene.opened, scene.closed], [["first"], ["first"]]);
  });
});
