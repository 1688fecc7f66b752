import assert from "node:assert/strict";
import { connect } from "@fenceline/core";
import { createSimulatedClock, createSimulatedEtcd, createSimulatedProcess } from "@fenceline/testing";
import { codeOf, createSimulation, rejectionOf, TTL_MS } from "./simulation.js";

describe("A simulated process", () => {
  it("does nothing while it is paused, and everything in order when it goes on", async () => {
    const clock = createSimulatedClock();
    const process = createSimulatedProcess(clock);
    const seen: string[] = [];
    process.clock.startTimer(10, () => seen.push(`first at ${process.clock.now()}`));
    process.clock.startTimer(20, () => seen.push(`second at ${process.clock.now()}`));
    process.clock.startTimer(30, () => seen.push("cancelled")).cancel();
    process.pause();
    await clock.advance(100);
    assert.deepEqual(seen, []);
    process.resume();
    await clock.advance(0);
    assert.deepEqual(seen, ["first at 100", "second at 100"]);
  });

  it("hears of no answer while it is paused, although etcd does what was asked", async () => {
    const clock = createSimulatedClock();
    const etcd = createSimulatedEtcd(clock);
    const process = createSimulatedProcess(clock);
    const port = process.through(etcd.connect().port);
    let granted = false;
    void port.leaseGrant(1n, 10).then(() => {
      granted = true;
    });
    process.pause();
    await clock.advance(100);
    assert.deepEqual({ granted, leases: etcd.leaseIds }, { granted: false, leases: [1n] });
    process.resume();
    await clock.advance(0);
    assert.ok(granted);
  });

  it("never runs again when it was killed, and its locks are free a TTL later", async () => {
    const { clock, etcd, node, run } = createSimulation();
    const process = createSimulatedProcess(clock);
    const port = process.through(etcd.connect().port);
    const a = await run(connect({ node: "a", ttlMs: TTL_MS, parts: { clock: process.clock, port } }));
    await run(a.acquire("volume"));
    const b = await node("b");
    const waiting = b.coordinator.acquire("volume");
    process.kill();
    await run(waiting, TTL_MS + 600);
  });
});

describe("A simulated cluster", () => {
  it("keeps leases while it has no leader, and begins their TTLs anew with the next one", async () => {
    const { clock, etcd, node, run } = createSimulation();
    const a = await node("a");
    await run(a.coordinator.acquire("volume"));
    const [leaseId] = etcd.leaseIds;
    etcd.available = false;
    await clock.advance(3 * TTL_MS);
    assert.deepEqual(etcd.leaseIds, [leaseId]);
    etcd.available = true;
    assert.equal(etcd.leaseEndsAt(leaseId as bigint), clock.now() + TTL_MS);
  });

  it("lets go of locks, but takes none, when its disk is full", async () => {
    const { etcd, node, queueEntries, run } = createSimulation();
    const a = await node("a");
    const held = await run(a.coordinator.acquire("volume"));
    etcd.full = true;
    assert.equal(codeOf(await run(rejectionOf(a.coordinator.acquire("other")))), "etcd_rejected");
    await run(held.release());
    assert.deepEqual(queueEntries(), []);
  });

  it("renews nothing through a member that was cut off, unlike what that member says", async () => {
    const { clock, etcd, node } = createSimulation();
    const a = await node("a");
    const [leaseId] = etcd.leaseIds;
    const endsAt = etcd.leaseEndsAt(leaseId as bigint);
    const answers: number[] = [];
    a.connection.cutOffFromMajority = true;
    const stream = a.connection.port.openKeepAlive(leaseId as bigint, {
      onAnswer: ({ ttlSeconds }) => answers.push(ttlSeconds),
      onFailed: assert.fail,
    });
    stream.send();
    await clock.advance(10);
    assert.equal(answers.length, 1);
    assert.ok((answers[0] ?? 0) > 0);
    assert.equal(etcd.leaseEndsAt(leaseId as bigint), endsAt);
  });

  it("puts no key on a lease that is gone", async () => {
    const clock = createSimulatedClock();
    const { port } = createSimulatedEtcd(clock).connect();
    const put = { type: "put", key: "a", value: "", lease: 7n } as const;
    const failed = rejectionOf(port.txn({ compare: [], success: [put] }));
    assert.equal(codeOf(await clock.advanceUntil(failed, 100)), "etcd_rejected");
  });
});
