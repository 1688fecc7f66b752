import assert from "node:assert/strict";
import { connect, EtcdError, type SessionState } from "@fenceline/core";
import type { EtcdPort } from "@fenceline/core/etcd-port";
import { createSimulatedClock } from "../../dist/simulation/simulated-clock.js";
import { createSimulatedEtcd } from "../../dist/simulation/simulated-etcd.js";
import { codeOf, createSimulation, rejectionOf, TTL_MS } from "./simulation.js";

describe("session", () => {
  it("tells the holder before etcd frees the lock when renewals do not get through", async () => {
    const { clock, etcd, node, run } = createSimulation();
    const a = await node("a");
    const lock = await run(a.coordinator.acquire("volume"));
    let toldAt: number | undefined;
    lock.signal.addEventListener("abort", () => {
      toldAt = clock.now();
    });
    const [leaseId] = etcd.leaseIds;

    a.connection.network = "requests lost";
    const cutAt = clock.now();
    while (etcd.leaseIds.includes(leaseId as bigint)) await clock.advance(10);
    const freedAt = clock.now();

    assert.ok(toldAt !== undefined && toldAt < freedAt, `told at ${toldAt}, freed at ${freedAt}`);
    assert.ok(toldAt > cutAt + TTL_MS / 2, "a short cut is no loss");
    assert.equal(codeOf(lock.signal.reason), "lock_lost");
  });

  it("counts its deadline from the sending of a renewal, not from the answer", async () => {
    // Whatever moment of a renewal's way the cut falls into.
    for (let cutMs = 0; cutMs < TTL_MS / 3; cutMs += 150) {
      const { clock, etcd, node, run } = createSimulation();
      const a = await node("a");
      const lock = await run(a.coordinator.acquire("volume"));
      a.connection.answerDelayMs = 1_500;
      await clock.advance(3 * TTL_MS + cutMs);
      a.connection.network = "requests lost";
      const endsAt = etcd.leaseEndsAt(etcd.leaseIds[0] as bigint) as number;
      let toldAt = Number.POSITIVE_INFINITY;
      lock.signal.addEventListener("abort", () => {
        toldAt = clock.now();
      });
      await clock.advance(2 * TTL_MS);
      assert.ok(toldAt <= endsAt - 1_000, `cut after ${cutMs}: told at ${toldAt}, lease ended at ${endsAt}`);
    }
  });

  it("is lost when etcd renews the lease but no answer comes back", async () => {
    const { clock, node, run } = createSimulation();
    const a = await node("a");
    const lock = await run(a.coordinator.acquire("volume"));
    a.connection.network = "answers lost";
    await clock.advance(TTL_MS);
    assert.equal(lock.held, false);
    assert.ok(lock.signal.aborted);
  });

  it("is right from the first instruction after a pause, before any timer has run", async () => {
    const { clock, node, run } = createSimulation();
    const a = await node("a");
    const lock = await run(a.coordinator.acquire("volume"));
    clock.pauseFor(TTL_MS + 1);
    assert.throws(
      () => lock.assertHeld(),
      (error) => codeOf(error) === "lock_lost",
    );
    assert.ok(lock.signal.aborted, "the check itself aborts the signal");
  });

  it("tells the holder although timers come a little early", async () => {
    const { clock, node, run } = createSimulation(createSimulatedClock(0.5));
    const a = await node("a");
    const lock = await run(a.coordinator.acquire("volume"));
    const { signal } = lock;
    a.connection.network = "requests lost";
    await clock.advance(TTL_MS);
    assert.ok(signal.aborted);
  });

  it("keeps the lock over a pause that is shorter than the lease", async () => {
    const { clock, node, run } = createSimulation();
    const a = await node("a");
    const lock = await run(a.coordinator.acquire("volume"));
    clock.pauseFor(TTL_MS / 2);
    lock.assertHeld();
    await clock.advance(5 * TTL_MS);
    lock.assertHeld();
  });

  it("is suspect before it is lost, and active again when renewals get through", async () => {
    const { clock, node } = createSimulation();
    const a = await node("a");
    const seen: string[] = [];
    a.coordinator.onSessionState((state) => seen.push(state.status));

    a.connection.network = "requests lost";
    await clock.advance(0.6 * TTL_MS);
    a.connection.network = "whole";
    await clock.advance(0.2 * TTL_MS);
    assert.deepEqual(seen, ["suspect", "active"]);

    a.connection.network = "requests lost";
    await clock.advance(2 * TTL_MS);
    assert.deepEqual(seen, ["suspect", "active", "suspect", "lost"]);
  });

  it("gives its states as an async iterable that ends with the coordinator", async () => {
    const { clock, etcd, node, run } = createSimulation();
    const a = await node("a");
    const seen: SessionState["status"][] = [];
    const states = a.coordinator.sessionStates();
    etcd.revoke(etcd.leaseIds[0] as bigint);
    await clock.advance(TTL_MS);
    const reading = (async () => {
      for await (const state of states) seen.push(state.status);
    })();
    await run(a.coordinator.close());
    await run(reading);
    assert.deepEqual(seen, ["lost", "closed"]);
  });

  it("is opened anew by the first acquire after a loss", async () => {
    const { clock, etcd, node, run } = createSimulation();
    const a = await node("a");
    const before = await run(a.coordinator.acquire("volume"));
    etcd.revoke(etcd.leaseIds[0] as bigint);
    await clock.advance(TTL_MS);
    assert.equal(before.held, false);
    const after = await run(a.coordinator.acquire("volume"));
    assert.ok(after.token > before.token);
    after.assertHeld();
  });

  it("is lost at once when a renewal finds no lease", async () => {
    const { clock, etcd, node, run } = createSimulation();
    const a = await node("a");
    const lock = await run(a.coordinator.acquire("volume"));
    etcd.revoke(etcd.leaseIds[0] as bigint);
    await clock.advance(TTL_MS / 3 + 10);
    assert.equal(lock.held, false);
  });

  it("tells a waiter at once that its session is gone", async () => {
    const { clock, etcd, node, run } = createSimulation();
    const a = await node("a");
    const b = await node("b");
    await run(a.coordinator.acquire("volume"));
    const waiting = rejectionOf(b.coordinator.acquire("volume"));
    await clock.advance(100);
    etcd.revoke(etcd.leaseIds[1] as bigint);
    const revokedAt = clock.now();
    assert.equal(codeOf(await run(waiting)), "session_lost");
    assert.ok(clock.now() - revokedAt < 100, "long before the next renewal");
  });

  it("does not believe an answer to a renewal that no majority confirms", async () => {
    const { clock, etcd, node, run } = createSimulation();
    const a = await node("a");
    const lock = await run(a.coordinator.acquire("volume"));
    // A member that was cut off from its peers goes on answering renewals from its own memory.
    a.connection.cutOffFromMajority = true;
    await clock.advance(TTL_MS);
    assert.equal(lock.held, false);
    assert.equal(etcd.leaseIds.length, 1);
  });

  it("is lost before its lease is, whatever version the servers say they are", async () => {
    // In a cluster that is being upgraded, the member that tells its version is not the one that is cut off later.
    for (let cutOffAt = 0; cutOffAt <= TTL_MS; cutOffAt += 500) {
      const { clock, etcd, run } = createSimulation();
      const connection = etcd.connect();
      const port: EtcdPort = { ...connection.port, version: async () => "3.6.14" };
      const coordinator = await run(connect({ node: "a", ttlMs: TTL_MS, parts: { clock, port } }));
      const lock = await run(coordinator.acquire("volume"));
      await clock.advance(cutOffAt);
      connection.cutOffFromMajority = true;
      while (etcd.leaseIds.length > 0) await clock.advance(50);
      assert.equal(lock.held, false, `cut off after ${cutOffAt} ms`);
    }
  });

  it("is lost when the cluster is another one, although its renewals are answered", async () => {
    const { clock, etcd, run } = createSimulation();
    const { port } = etcd.connect();
    let changed = false;
    const restored: EtcdPort = {
      ...port,
      txn: async (request, options) => {
        if (changed) throw new EtcdError("etcd_cluster_changed", "restored from a snapshot?");
        return port.txn(request, options);
      },
    };
    const coordinator = await run(connect({ node: "a", ttlMs: TTL_MS, parts: { clock, port: restored } }));
    const lock = await run(coordinator.acquire("volume"));
    changed = true;
    await clock.advance(TTL_MS);
    assert.equal(lock.held, false);
  });

  it("stays closed when a session that was being opened fails after the close", async () => {
    const { clock, etcd, node, run } = createSimulation();
    const a = await node("a");
    etcd.revoke(etcd.leaseIds[0] as bigint);
    await clock.advance(TTL_MS);
    a.connection.network = "requests lost";
    const opening = rejectionOf(a.coordinator.acquire("volume"));
    await clock.advance(100);
    await run(a.coordinator.close());
    assert.equal(codeOf(await run(opening)), "coordinator_closed");
    await clock.advance(TTL_MS);
    assert.equal(a.coordinator.sessionState.status, "closed");
  });

  it("revokes its lease when the coordinator is closed, and leaves no timer", async () => {
    const { clock, etcd, node, run } = createSimulation();
    const a = await node("a");
    await run(a.coordinator.acquire(["x", "y"]));
    const closing = a.coordinator.close();
    await run(closing);
    assert.deepEqual(etcd.leaseIds, []);
    assert.deepEqual(etcd.store.keys("fenceline/"), []);
    await clock.advance(500);
    assert.equal(clock.pendingTimers, 0);
  });

  it("proves a renewal again soon when etcd was not asked, as with an open circuit breaker", async () => {
    const clock = createSimulatedClock();
    const { port } = createSimulatedEtcd(clock).connect();
    let open = false;
    const coordinator = await clock.advanceUntil(
      connect({
        ttlMs: TTL_MS,
        parts: {
          clock,
          port: {
            ...port,
            txn: (request, options) =>
              open
                ? Promise.reject(new EtcdError("etcd_unavailable", "breaker open", { retryable: true }))
                : port.txn(request, options),
          },
        },
      }),
      TTL_MS,
    );
    const lock = await clock.advanceUntil(coordinator.acquire("volume"), TTL_MS);
    await clock.advance(10);
    open = true;
    await clock.advance(0.8 * TTL_MS);
    open = false;
    await clock.advance(TTL_MS);
    lock.assertHeld();
  });

  it("is opened three times at most in a row when none of them lives, and says so then", async () => {
    const clock = createSimulatedClock();
    const { port } = createSimulatedEtcd(clock).connect();
    let granted = 0;
    const leaseGrant: EtcdPort["leaseGrant"] = async (id, ttlSeconds) => {
      granted += 1;
      const answer = await port.leaseGrant(id, ttlSeconds);
      return granted === 1 ? answer : { ttlSeconds: 0 };
    };
    const parts = { clock, port: { ...port, leaseGrant } };
    const coordinator = await clock.advanceUntil(connect({ ttlMs: TTL_MS, parts }), TTL_MS);
    const lock = await clock.advanceUntil(coordinator.acquire("volume"), TTL_MS);
    const gone = lock.guardedTxn((txn) => txn.put("a").value("b"));
    await clock.advanceUntil(gone, TTL_MS);
    clock.pauseFor(2 * TTL_MS);
    const refused = rejectionOf(coordinator.acquire("another"));
    assert.equal(codeOf(await clock.advanceUntil(refused, TTL_MS)), "session_lost");
    assert.equal(granted, 4);
  });
});
