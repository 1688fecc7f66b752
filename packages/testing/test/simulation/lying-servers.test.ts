import assert from "node:assert/strict";
import { connect } from "@fenceline/core";
import type { EtcdPort, TxnRequest } from "@fenceline/core/etcd-port";
import { inspects } from "./bugs/planted-bug.js";
import { codeOf, createSimulation, rejectionOf, TTL_MS } from "./simulation.js";

describe("A server that does not tell the truth", () => {
  // etcd before 3.4.38 and 3.5.23.
  it("is not believed when it renews a lease that was revoked", async () => {
    const { clock, etcd, run } = createSimulation();
    const { port } = etcd.connect();
    let answered = 0;
    const renewing: EtcdPort = {
      ...port,
      openKeepAlive: (leaseId, handlers) =>
        port.openKeepAlive(leaseId, {
          ...handlers,
          onAnswer({ raftTerm }) {
            answered += 1;
            handlers.onAnswer({ ttlSeconds: TTL_MS / 1_000, raftTerm });
          },
        }),
    };
    const coordinator = await run(connect({ node: "a", ttlMs: TTL_MS, parts: { clock, port: renewing } }));
    const lock = await run(coordinator.acquire("volume"));
    // The proof of the first renewal is under way still.
    await clock.advance(10);
    etcd.revoke(etcd.leaseIds[0] as bigint);
    const before = answered;
    await clock.advance(TTL_MS / 2);
    assert.ok(answered > before, "a renewal has to be answered");
    assert.equal(lock.held, false);
  });

  /** What a waiter learns that asks a member which stood still when the waiter was first, and is not any more. */
  const askAfterPause = async (change: (request: TxnRequest) => TxnRequest) => {
    const { clock, etcd, node, run } = createSimulation();
    const a = await node("a");
    const connection = etcd.connect();
    const { port } = connection;
    const changed: EtcdPort = { ...port, txn: (request, options) => port.txn(change(request), options) };
    const b = await run(connect({ node: "b", ttlMs: TTL_MS, parts: { clock, port: changed } }));
    const [, leaseOfB] = etcd.leaseIds;
    const held = await run(a.coordinator.acquire("volume"));
    let granted = false;
    const waiting = b.acquire("volume").then(() => {
      granted = true;
    });
    await clock.advance(50);
    connection.loseEvents = true;
    await run(held.release());
    connection.cutOffFromMajority = true;
    etcd.revoke(leaseOfB as bigint);
    const next = await run(a.coordinator.acquire("volume"));
    connection.breakWatches();
    await clock.advance(2_000);
    const early = granted;
    next.assertHeld();
    const end = early ? "granted" : codeOf(await run(rejectionOf(waiting)));
    return { early, end };
  };

  // etcd before 3.4.42, 3.5.28 and 3.6.9: etcd-io/etcd#20418.
  it("is not asked for a mere read of who is first, which it may answer from its past", async () => {
    assert.deepEqual(await askAfterPause((request) => request), { early: false, end: "session_lost" });
    const mereRead = (request: TxnRequest): TxnRequest =>
      inspects(request)
        ? { ...request, success: request.success.filter(({ type }) => type === "range") }
        : request;
    assert.deepEqual(await askAfterPause(mereRead), { early: true, end: "granted" }, "the control");
  });
});
