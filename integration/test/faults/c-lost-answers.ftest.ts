import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { FencelineError } from "@fenceline/core";
import { startTcpProxy } from "@fenceline/testing";
import { type RpcProxy, startRpcProxy } from "../support/rpc-proxy.js";
import { leaseOf } from "./deletions.js";
import { FAST, hold, type Lab, openLab } from "./lab.js";

/** What etcd has done is done once, although nobody heard of it, and a late copy of it does nothing. */
describe("C3: the answer to a call is lost after etcd has done it", function () {
  this.timeout(20_000);
  const ttlMs = 3_000;
  const QUEUE = "/locks/volume/";
  let lab: Lab;
  let proxy: RpcProxy;
  beforeEach(async () => {
    lab = await openLab(FAST);
    proxy = await startRpcProxy(lab.etcd.endpoints[0] as string);
  });
  afterEach(async () => {
    await lab?.[Symbol.asyncDispose]();
    await proxy?.[Symbol.asyncDispose]();
  });

  /** One whose answers can be lost, and which asks again soon. */
  const connectThroughProxy = () => lab.connect({ hosts: [proxy.endpoint], attemptTimeoutMs: 200, ttlMs });
  const connectDirectly = () => lab.connect({ ttlMs });
  const read = async (key: string) => (await lab.client.get(key).exec()).kvs[0];

  it("C3 grant of the lease: there is one lease, and it is the session's", async () => {
    const lost = proxy.loseAnswer("LeaseGrant");
    const a = await connectThroughProxy();
    await lost;
    const { leases } = await lab.client.leaseClient.leaseLeases();
    assert.deepEqual(
      leases.map(({ ID }) => BigInt(ID)),
      [leaseOf(a)],
    );
    const { assertKept } = await hold(a, "volume");
    await sleep(ttlMs + 1_000);
    assertKept();
    await lab.assertNothingLeft();
  });

  it("C3 the session's key: it is written once", async () => {
    const lost = proxy.loseAnswer("Txn", "/sessions/");
    const a = await connectThroughProxy();
    const { repeat } = await lost;
    await repeat();
    const key = await read(`fenceline/sessions/${leaseOf(a).toString(16)}`);
    assert.equal(key?.version, "1");
    await (await a.acquire("volume")).release();
    await lab.assertNothingLeft();
  });

  it("C3 entering the queue: one entry, and a late copy cannot enter again", async () => {
    const a = await connectThroughProxy();
    const b = await connectDirectly();
    const lost = proxy.loseAnswer("Txn", QUEUE);
    const lock = await a.acquire("volume", { timeoutMs: 2_000 });
    const { repeat } = await lost;
    assert.equal((await lab.queue("volume")).length, 1);
    await repeat();
    lock.assertHeld();
    await lock.release();
    assert.deepEqual(await lab.queue("volume"), []);
    await repeat();
    assert.deepEqual(await lab.queue("volume"), [], "a late copy has entered the queue");
    const next = await b.acquire("volume", { timeoutMs: 2_000 });
    assert.ok(next.token > lock.token);
    await lab.assertNothingLeft();
  });

  it("C3 a try: it is told the truth, and leaves nothing where the lock is taken", async () => {
    const a = await connectThroughProxy();
    const b = await connectDirectly();
    const held = await b.acquire("volume");
    const refused = proxy.loseAnswer("Txn", QUEUE);
    assert.equal(await a.tryAcquire("volume"), undefined);
    await (await refused).repeat();
    assert.equal((await lab.queue("volume")).length, 1);
    await held.release();
    const granted = proxy.loseAnswer("Txn", QUEUE);
    const lock = await a.tryAcquire("volume");
    await granted;
    assert.ok(lock && lock.token > held.token);
    await lab.assertNothingLeft();
  });

  it("C3 looking at the queue: the waiter is granted all the same, with its one entry", async () => {
    const a = await connectThroughProxy();
    const b = await connectDirectly();
    const held = await b.acquire("volume");
    const waiting = a.acquire("volume", { timeoutMs: 5_000 });
    // It has entered, and has looked once more since it watches.
    await proxy.untilAnswered("Txn", QUEUE, 2);
    const lost = proxy.loseAnswer("Txn", QUEUE);
    const releasedAt = performance.now();
    await held.release();
    const lock = await waiting;
    const waitedMs = Math.round(performance.now() - releasedAt);
    await lost;
    assert.ok(waitedMs < 1_000, `granted ${waitedMs} ms after the release`);
    assert.ok(lock.token > held.token);
    assert.equal((await lab.queue("volume")).length, 1);
    await lab.assertNothingLeft();
  });

  it("C3 a guarded transaction: its outcome is unknown, and a late copy is refused after the release", async () => {
    const a = await connectThroughProxy();
    const b = await connectDirectly();
    const lock = await a.acquire("volume");
    const lost = proxy.loseAnswer("Txn", "volumes/data");
    await assert.rejects(
      lock.guardedTxn((txn) => txn.put("volumes/data").value("mine")),
      { code: "etcd_outcome_unknown" },
    );
    const { repeat } = await lost;
    const written = await read("volumes/data");
    assert.deepEqual([written?.value.toString(), written?.version], ["mine", "1"], "done once");
    lock.assertHeld();
    await lock.release();
    const next = await b.acquire("volume", { timeoutMs: 2_000 });
    await next.guardedTxn((txn) => txn.put("volumes/data").value("newer"));
    await repeat();
    assert.equal((await read("volumes/data"))?.value.toString(), "newer");
    await lab.assertNothingLeft();
  });

  it("C3 renewal, and its proof: the lock is kept beyond its TTL", async () => {
    const a = await connectThroughProxy();
    const { assertKept } = await hold(a, "volume");
    await proxy.loseAnswer("LeaseKeepAlive");
    await proxy.loseAnswer("Txn", "/sessions/");
    await proxy.loseAnswer("LeaseKeepAlive");
    await sleep(ttlMs);
    assertKept();
    await lab.assertNothingLeft();
  });

  it("C3 release: tried again, it frees no successor, be it of another process or of the same session", async () => {
    const a = await connectThroughProxy();
    const b = await connectDirectly();
    const first = await a.acquire("volume");
    const waiting = b.acquire("volume", { timeoutMs: 5_000 });
    await lab.untilQueued("volume", 2);
    const lost = proxy.loseAnswer("Txn", QUEUE);
    const released = first.release();
    const second = await waiting;
    await released;
    const { repeat } = await lost;
    second.assertHeld();
    await second.guardedTxn((txn) => txn.put("volumes/data").value("of b"));
    // The same session stands in the queue under the same key again.
    const again = a.acquire("volume", { timeoutMs: 5_000 });
    await lab.untilQueued("volume", 2);
    await second.release();
    const third = await again;
    await repeat();
    assert.equal((await lab.queue("volume")).length, 1);
    await third.guardedTxn((txn) => txn.put("volumes/data").value("of a"));
    assert.ok(third.token > second.token && second.token > first.token);
    await lab.assertNothingLeft();
  });

  it("C3 end of the session: the coordinator closes in time, and nothing is left", async () => {
    const a = await connectThroughProxy();
    await a.acquire("volume");
    const lost = proxy.loseAnswer("LeaseRevoke");
    const closedAt = performance.now();
    await a.close();
    await lost;
    const tookMs = Math.round(performance.now() - closedAt);
    assert.ok(tookMs < 2_000, `closed after ${tookMs} ms`);
    await lab.assertNothingLeft();
  });
});

describe("C3: all answers are lost for a while", function () {
  this.timeout(20_000);

  it("C3 removes the entry of a request to which the answer was lost", async () => {
    await using lab = await openLab();
    await using proxy = await startTcpProxy({ target: lab.etcd.endpoints[0] as string });
    const a = await lab.connect({ hosts: [proxy.endpoint], ttlMs: 10_000 });
    proxy.cut("toClient");
    await assert.rejects(a.acquire("volume", { timeoutMs: 700 }), (error) =>
      FencelineError.is(error, "lock_timeout"),
    );
    proxy.heal();
    const b = await lab.connect({ ttlMs: 10_000 });
    const lock = await b.acquire("volume", { timeoutMs: 5_000 });
    lock.assertHeld();
    await lab.assertNothingLeft();
  });
});
