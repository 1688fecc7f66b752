import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { type ChildProcess, spawn } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { connect } from "@fenceline/core";
import type { SpanContext } from "@opentelemetry/api";
import { createNodes, type TestNodes } from "./nodes.js";
import { suiteEtcd } from "./suite-etcd.js";
import { startRpcProxy } from "./support/rpc-proxy.js";

const worker = fileURLToPath(new URL("./fixtures/traced-worker.js", import.meta.url));
const ACQUIRE = "acquire {volumeId}-delete_volume";
const HOLD = "hold {volumeId}-delete_volume";

interface PrintedSpan extends SpanContext {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly (SpanContext & { readonly attributes: Readonly<Record<string, unknown>> })[];
}

describe("traces of two processes", () => {
  let nodes: TestNodes;
  const children: ChildProcess[] = [];
  beforeEach(async function () {
    nodes = await createNodes(this.currentTest?.title ?? "");
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await nodes[Symbol.asyncDispose]();
  });

  const startWorker = async (node: string, name: string) => {
    const { endpoints } = await suiteEtcd();
    const child = spawn(process.execPath, [worker, endpoints.join(","), nodes.namespace, node, name], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    children.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return {
      async untilHeld() {
        assert.equal((await lines.next()).value, "held");
      },
      async release(): Promise<PrintedSpan[]> {
        child.stdin.write("go on\n");
        return JSON.parse((await lines.next()).value);
      },
    };
  };

  it("link the waiter's request to the holding that it waited for, which counts it", async () => {
    const holder = await startWorker("node-a", "9f1e");
    await holder.untilHeld();
    const waiter = await startWorker("node-b", "9f1e");
    await nodes.untilQueued("9f1e", 2);
    const ofHolder = await holder.release();
    await waiter.untilHeld();
    const ofWaiter = await waiter.release();

    const hold = ofHolder.find(({ name }) => name === HOLD);
    const waited = ofWaiter.find(({ name }) => name === ACQUIRE);
    assert.ok(hold && waited);
    assert.deepEqual(
      waited.links.map(({ traceId, spanId, attributes }) => [traceId, spanId, attributes["fenceline.link"]]),
      [[hold.traceId, hold.spanId, "blocked_by"]],
    );
    assert.equal(hold.attributes["fenceline.lock.waiters"], 1);
    assert.equal(waited.attributes["fenceline.queue.position"], 1);
    assert.notEqual(waited.traceId, hold.traceId);
  });
});

describe("a call to etcd that is repeated", () => {
  it("is told of in the async context of the request that it is for", async () => {
    const { endpoints } = await suiteEtcd();
    await using proxy = await startRpcProxy(endpoints[0] as string);
    await using coordinator = await connect({
      etcd: { hosts: [proxy.endpoint] },
      namespace: "repeated-call",
    });
    const requests = new AsyncLocalStorage<string>();
    const told: (string | undefined)[] = [];
    const onRetry = (): void => void told.push(requests.getStore());
    subscribe("fenceline:etcd:retry", onRetry);
    try {
      const lost = proxy.loseAnswer("Txn", "volume-7");
      const lock = await requests.run("request", () => coordinator.acquire("volume-7"));
      await lost;
      await lock.release();
    } finally {
      unsubscribe("fenceline:etcd:retry", onRetry);
    }
    assert.deepEqual(told, ["request"]);
  });
});
