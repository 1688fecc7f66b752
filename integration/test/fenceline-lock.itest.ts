import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { lockLocation } from "@fenceline/core";
import { createNodes, type TestNodes } from "./nodes.js";
import { ownEtcd, suiteEtcd } from "./suite-etcd.js";
import { type FencelineProgram, startFenceline, untilGone } from "./support/fenceline-program.js";

/** A command that goes on, with a child of its own whose number it prints. */
const endless = ["sh", "-c", "sleep 60 & echo pid $!; wait"];

describe("fenceline lock on a real etcd", function () {
  this.timeout(40_000);
  let nodes: TestNodes;
  let endpoints: string;
  const started: FencelineProgram[] = [];
  beforeEach(async function () {
    nodes = await createNodes(this.currentTest?.title ?? "");
    endpoints = (await suiteEtcd()).endpoints.join(",");
  });
  afterEach(async () => {
    for (const program of started.splice(0)) program[Symbol.dispose]();
    await nodes[Symbol.asyncDispose]();
  });

  const lock = (...args: string[]): FencelineProgram => {
    const program = startFenceline("lock", "--etcd", endpoints, "--namespace", nodes.namespace, ...args);
    started.push(program);
    return program;
  };
  const tokenOf = async (program: FencelineProgram): Promise<bigint> =>
    BigInt((await program.untilWritten(/token {2}(\d+)/))[1] as string);

  it("prints tokens that grow from holder to holder, and leaves nothing behind", async () => {
    const first = lock("a", "b");
    const token = await tokenOf(first);
    assert.equal((await nodes.queueEntries()).length, 2);
    assert.equal((await lock("--try", "b").ended).exitCode, 74);
    first.kill("SIGTERM");
    assert.equal((await first.ended).exitCode, 0);
    const second = lock("b");
    assert.ok((await tokenOf(second)) > token);
    second.kill("SIGINT");
    await second.ended;
    assert.deepEqual(await nodes.queueEntries(), []);
  });

  it("stands in one queue with an entry of etcdctl, and says so", async () => {
    const removeForeign = await nodes.putForeign("shared");
    const waiting = lock("shared", "--", "echo", "ran");
    await waiting.untilWritten(/waiting: .*1b4a203ab634f07/);
    await removeForeign();
    const { exitCode, written } = await waiting.ended;
    assert.equal(exitCode, 0);
    assert.match(written, /ran\n$/);
  });

  it("excludes a service, which is told what runs", async () => {
    const service = await nodes.connect("service");
    const program = lock("--node", "operator", "volume", "--", ...endless);
    await program.untilWritten(/pid/);
    await assert.rejects(service.acquire("volume", { timeoutMs: 200 }), /operator \(pid \d+, sh, since/);
    program.kill("SIGTERM");
    assert.equal((await program.ended).exitCode, 143);
    assert.ok(await service.tryAcquire("volume"));
  });

  it("leaves the queue when it is interrupted, and when the time is over", async () => {
    const service = await nodes.connect("service");
    await service.acquire("volume");
    const waiting = lock("volume");
    await nodes.untilQueued("volume", 2);
    waiting.kill("SIGINT");
    assert.equal((await waiting.ended).exitCode, 130);
    const { exitCode, written } = await lock("--timeout", "300ms", "volume").ended;
    assert.equal(exitCode, 73);
    assert.match(written, /not granted within 300 ms: service/);
    await nodes.untilQueued("volume", 1);
  });

  it("frees the lock of a killed holder within its TTL and a second", async () => {
    const holder = lock("--ttl", "2s", "volume", "--", ...endless);
    const [, pid] = await holder.untilWritten(/pid (\d+)/);
    const service = await nodes.connect("service");
    holder.kill("SIGKILL");
    await service.acquire("volume", { timeoutMs: 3_000 });
    // Nobody could end the command: its token is all that keeps it from writing.
    process.kill(Number(pid));
  });

  it("ends the command, with what it has started, when an operator revokes the lease", async () => {
    const program = lock("--ttl", "2s", "volume", "--", ...endless);
    const [, pid] = await program.untilWritten(/pid (\d+)/);
    await nodes.revokeSessions();
    await program.untilWritten(/lock "volume" lost: .*ending the command/);
    assert.equal((await program.ended).exitCode, 75);
    await untilGone(Number(pid));
  });

  it("ends with 75 when etcd is gone for longer than the TTL", async () => {
    await using etcd = await ownEtcd();
    endpoints = etcd.endpoints.join(",");
    const running = lock("--ttl", "2s", "volume", "--", ...endless);
    const [, pid] = await running.untilWritten(/pid (\d+)/);
    const holding = lock("--ttl", "2s", "other");
    await tokenOf(holding);
    const waiting = lock("--ttl", "2s", "volume");
    await waiting.untilWritten(/waiting/);
    await etcd.members[0]?.kill();
    assert.equal((await running.ended).exitCode, 75);
    await untilGone(Number(pid));
    assert.equal((await holding.ended).exitCode, 75);
    assert.equal((await waiting.ended).exitCode, 69);
  });

  it("keeps the lock, and the command, while etcd is gone for less than the TTL", async () => {
    await using etcd = await ownEtcd();
    endpoints = etcd.endpoints.join(",");
    const program = lock("--ttl", "20s", "volume", "--", "sh", "-c", "echo ready; sleep 2");
    await program.untilWritten(/ready/);
    await etcd.members[0]?.kill();
    await sleep(500);
    await etcd.members[0]?.restart();
    assert.equal((await program.ended).exitCode, 0);
  });

  it("ends at once when it is asked again while etcd does not answer to the release", async () => {
    await using etcd = await ownEtcd();
    endpoints = etcd.endpoints.join(",");
    const holder = lock("--ttl", "60s", "volume");
    await tokenOf(holder);
    await etcd.members[0]?.pause();
    const ask = setInterval(() => holder.kill("SIGINT"), 200);
    const { exitCode } = await holder.ended;
    clearInterval(ask);
    assert.equal(exitCode, 130);
  });

  it("ends with 69 when etcd goes away before the lock can be asked for", async () => {
    await using etcd = await ownEtcd();
    endpoints = etcd.endpoints.join(",");
    await etcd.members[0]?.kill();
    const { exitCode, written } = await lock("volume").ended;
    assert.equal(exitCode, 69);
    assert.match(written, /etcd at http/);
  });

  for (const wire of ["cinder", "etcd,cinder"]) {
    it(`takes Cinder's key with --wire ${wire}`, async () => {
      const name = nodes.unique("volume");
      const { toozKey = "", queuePrefix = "" } = lockLocation(name, {
        namespace: nodes.namespace,
        wire: ["etcd", "cinder"],
      });
      const holder = lock("--wire", wire, name);
      await tokenOf(holder);
      assert.equal((await nodes.readRaw(toozKey))?.value.length, 16);
      const entries = await nodes.queueEntries();
      assert.equal(entries.filter((key) => key.startsWith(queuePrefix)).length, wire === "cinder" ? 0 : 1);
      holder.kill("SIGTERM");
      await holder.ended;
      assert.equal(await nodes.readRaw(toozKey), undefined);
    });
  }
});
