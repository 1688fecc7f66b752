import assert from "node:assert/strict";
import { connect, currentLock, EtcdError, FencingToken } from "@fenceline/core";
import type { EtcdPort, Op } from "@fenceline/core/etcd-port";
import fc from "fast-check";
import { codeOf, createSimulation, rejectionOf, type Simulation, TTL_MS } from "./simulation.js";

const QUEUE = "fenceline/locks/volume/";

/** How the transaction that enters the queue of "volume" is told from others. */
const isEnqueue = (request: { readonly success: readonly { type: string; key?: unknown }[] }): boolean =>
  request.success.some((op) => op.type === "put" && String(op.key).startsWith(QUEUE));

describe("global locks", () => {
  it("serves nodes first come, first served", async () => {
    const { clock, node, run } = createSimulation();
    const nodes = [await node("a"), await node("b"), await node("c"), await node("d")];
    const order: string[] = [];
    const all: Promise<void>[] = [];
    for (const { coordinator } of nodes) {
      all.push(
        coordinator.withLock("volume", async () => {
          order.push(coordinator.node);
          await new Promise<void>((resolve) => clock.startTimer(50, resolve));
        }),
      );
      await clock.advance(10);
    }
    await run(Promise.all(all));
    assert.deepEqual(order, ["a", "b", "c", "d"]);
  });

  it("writes nothing in a try that fails", async () => {
    const { etcd, node, run } = createSimulation();
    const a = await node("a");
    const b = await node("b");
    await run(a.coordinator.acquire("volume"));
    const before = etcd.store.revision;
    const attempts = b.connection.attempts;
    assert.equal(await run(b.coordinator.tryAcquire("volume")), undefined);
    assert.equal(etcd.store.revision, before);
    assert.equal(b.connection.attempts, attempts + 1);
  });

  it("takes a free lock in one call and gives it back in one", async () => {
    const { node, run } = createSimulation();
    const a = await node("a");
    const before = a.connection.attempts;
    const lock = await run(a.coordinator.acquire("volume"));
    assert.equal(a.connection.attempts, before + 1);
    await run(lock.release());
    assert.equal(a.connection.attempts, before + 2);
  });

  it("tells a waiter who is in the way", async () => {
    const { node, run } = createSimulation();
    const a = await node("a");
    const b = await node("b");
    await run(a.coordinator.acquire("volume", { operation: "resize" }));
    const told: string[] = [];
    const onBlocked = (blockedBy: string): void => void told.push(blockedBy);
    await run(rejectionOf(b.coordinator.acquire("volume", { timeoutMs: 500, onBlocked })));
    assert.match(told[0] ?? "", /^a \(pid \d+, resize, since /);
  });

  it("ends a wait with what the waiter throws when it is told who is in the way", async () => {
    const { clock, node, run, queueEntries } = createSimulation();
    const a = await node("a");
    const b = await node("b");
    await run(a.coordinator.acquire("volume"));
    const refusal = new Error("not behind a");
    const onBlocked = (): never => {
      throw refusal;
    };
    assert.equal(await run(rejectionOf(b.coordinator.acquire("volume", { onBlocked }))), refusal);
    await clock.advance(1_000);
    assert.equal(queueEntries().length, 1);
  });

  it("leaves nothing in the queue when a wait is aborted, and rejects with the caller's own reason", async () => {
    const { clock, node, run, queueEntries } = createSimulation();
    const a = await node("a");
    const b = await node("b");
    await run(a.coordinator.acquire("volume"));
    const abort = new AbortController();
    const reason = new Error("changed my mind");
    const waiting = rejectionOf(b.coordinator.acquire("volume", { signal: abort.signal }));
    await clock.advance(100);
    assert.equal(queueEntries().length, 2);
    abort.abort(reason);
    assert.equal(await run(waiting), reason);
    await clock.advance(100);
    assert.equal(queueEntries().length, 1);
  });

  it("names who is in the way when a wait times out", async () => {
    const { node, run } = createSimulation();
    const a = await node("volume-a");
    const b = await node("volume-b");
    await run(a.coordinator.acquire("volume", { operation: "delete_volume" }));
    const error = await run(rejectionOf(b.coordinator.acquire("volume", { timeoutMs: 500 })));
    assert.equal(codeOf(error), "lock_timeout");
    assert.match(String(error), /volume-a \(pid \d+, delete_volume, since 2026-/);
  });

  it("finds and removes an entry the answer to which was lost", async () => {
    const { clock, node, run, queueEntries } = createSimulation();
    const a = await node("a");
    a.connection.network = "answers lost";
    const waiting = rejectionOf(a.coordinator.acquire("volume", { timeoutMs: 500 }));
    assert.equal(codeOf(await run(waiting)), "lock_timeout");
    assert.equal(queueEntries().length, 1, "etcd did what was asked");
    a.connection.network = "whole";
    await clock.advance(5_000);
    assert.deepEqual(queueEntries(), []);
  });

  it("is not blocked by a copy of its own request that arrives after the release", async () => {
    const { clock, node, run, queueEntries } = createSimulation();
    const a = await node("a");
    const b = await node("b");
    const { deliver } = a.connection.holdBack(isEnqueue);
    const lock = await run(a.coordinator.acquire("volume"));
    await run(lock.release());
    deliver();
    await clock.advance(100);
    assert.deepEqual(queueEntries(), []);
    await run(b.coordinator.acquire("volume", { timeoutMs: 1_000 }));
  });

  it("is not blocked by a copy of a request that was aborted before", async () => {
    const { clock, node, run, queueEntries } = createSimulation();
    const a = await node("a");
    const { deliver } = a.connection.holdBack(isEnqueue);
    const waiting = rejectionOf(a.coordinator.acquire("volume", { timeoutMs: 200 }));
    assert.equal(codeOf(await run(waiting)), "lock_timeout");
    await clock.advance(3_000);
    deliver();
    await clock.advance(100);
    assert.deepEqual(queueEntries(), []);
  });

  it("is not blocked by a copy of a request that first had to remove what was left behind", async () => {
    const { clock, etcd, node, run, queueEntries } = createSimulation();
    const a = await node("a");
    const lost = await run(a.coordinator.acquire(["other", "volume"]));
    etcd.deleteKey(queueEntries().find((key) => key.includes("/other/")) as string);
    await run(rejectionOf(lost.guardedTxn((txn) => txn.put("volumes/42").value("stale"))));
    assert.equal(queueEntries().length, 1, "one key of the lost lock is left");

    const { deliver } = a.connection.holdBack(isEnqueue);
    const lock = await run(a.coordinator.acquire("volume"));
    await run(lock.release());
    deliver();
    await clock.advance(100);
    assert.deepEqual(queueEntries(), []);
  });

  it("is not blocked by a copy of a try that failed", async () => {
    const { clock, node, run, queueEntries } = createSimulation();
    const a = await node("a");
    const b = await node("b");
    const held = await run(b.coordinator.acquire("volume"));
    const { deliver } = a.connection.holdBack(isEnqueue);
    assert.equal(await run(a.coordinator.tryAcquire("volume")), undefined);
    await run(held.release());
    deliver();
    await clock.advance(100);
    assert.deepEqual(queueEntries(), []);
  });

  it("goes on waiting when the watch breaks, and is granted the lock", async () => {
    const { clock, node, run } = createSimulation();
    const a = await node("a");
    const b = await node("b");
    const held = await run(a.coordinator.acquire("volume"));
    const waiting = b.coordinator.acquire("volume");
    await clock.advance(100);
    b.connection.breakWatches();
    await run(held.release());
    await run(waiting, 500);
  });

  it("is granted the lock within a TTL when the event of the release is lost", async () => {
    const { clock, node, run } = createSimulation();
    const a = await node("a");
    const b = await node("b");
    const held = await run(a.coordinator.acquire("volume"));
    const waiting = b.coordinator.acquire("volume");
    await clock.advance(100);
    b.connection.loseEvents = true;
    await run(held.release());
    await run(waiting, TTL_MS + 500);
  });

  it("tells each waiter that etcd refuses, not only the first one", async () => {
    const { clock, etcd, run } = createSimulation();
    const { port } = etcd.connect();
    const touchesQueue = (op: Op): boolean =>
      op.type === "txn" ? op.txn.success.some(touchesQueue) : String(op.key).startsWith(QUEUE);
    const refusing: EtcdPort = {
      ...port,
      txn: async (request, options) => {
        if (request.success.some(touchesQueue)) throw new EtcdError("etcd_auth", "permission denied");
        return port.txn(request, options);
      },
    };
    const coordinator = await run(connect({ node: "a", ttlMs: TTL_MS, parts: { clock, port: refusing } }));
    const acquire = () => coordinator.acquire("volume", { timeoutMs: 1_000 });
    for (const attempt of [acquire, acquire, () => coordinator.tryAcquire("volume")]) {
      assert.equal(codeOf(await run(rejectionOf(attempt()))), "etcd_auth");
    }
  });

  it("is granted the lock within a TTL when etcd never answers that it watches", async () => {
    const { clock, etcd, node, run, queueEntries } = createSimulation();
    const a = await node("a");
    const { port } = etcd.connect();
    const silent: EtcdPort = { ...port, openWatch: () => ({ create() {}, cancel() {}, close() {} }) };
    const b = await run(connect({ node: "b", ttlMs: TTL_MS, parts: { clock, port: silent } }));
    const held = await run(a.coordinator.acquire("volume"));
    const waiting = b.acquire("volume");
    await clock.advance(100);
    assert.equal(queueEntries().length, 2);
    await run(held.release());
    await run(waiting, TTL_MS + 500);
  });

  it("asks a few times a second when etcd refuses to watch", async () => {
    const { clock, etcd, node, run } = createSimulation();
    const a = await node("a");
    const connection = etcd.connect();
    const refusing: EtcdPort = {
      ...connection.port,
      openWatch: (handlers) => ({
        create: (watchId) => void clock.startTimer(1, () => handlers.onCanceled(watchId)),
        cancel() {},
        close() {},
      }),
    };
    const b = await run(connect({ node: "b", ttlMs: TTL_MS, parts: { clock, port: refusing } }));
    const held = await run(a.coordinator.acquire("volume"));
    const waiting = b.acquire("volume");
    await clock.advance(100);
    const attempts = connection.attempts;
    await clock.advance(1_000);
    assert.ok(connection.attempts - attempts < 20, `asked ${connection.attempts - attempts} times`);
    await run(held.release());
    await run(waiting, 500);
  });

  it("leaves no entry behind the answer to which was lost, when etcd refuses to look at it", async () => {
    const { clock, etcd, run, queueEntries } = createSimulation();
    const connection = etcd.connect();
    let refuses = false;
    const port: EtcdPort = {
      ...connection.port,
      async txn(request, options) {
        const looks = options?.locks !== undefined && request.success.every((op) => op.type !== "put");
        if (refuses && looks) throw new EtcdError("etcd_rejected", "refused");
        return connection.port.txn(request, options);
      },
    };
    const coordinator = await run(connect({ parts: { clock, port } }));
    await clock.advance(10);
    connection.network = "answers lost";
    const refused = rejectionOf(coordinator.acquire("volume"));
    await clock.advance(500);
    connection.network = "whole";
    refuses = true;
    assert.equal(codeOf(await run(refused)), "etcd_rejected");
    assert.equal(queueEntries().length, 1);
    refuses = false;
    await clock.advance(2_000);
    assert.deepEqual(queueEntries(), []);
  });

  it("grants nothing to a waiter whose entry an operator has deleted", async () => {
    const { clock, etcd, node, run, queueEntries } = createSimulation();
    const a = await node("a");
    const b = await node("b");
    const held = await run(a.coordinator.acquire("volume"));
    const [heldEntry] = queueEntries();
    const waiting = rejectionOf(b.coordinator.acquire("volume"));
    await clock.advance(100);
    const mine = queueEntries().find((key) => key !== heldEntry) as string;
    etcd.deleteKey(mine);
    await clock.advance(100);
    await run(held.release());
    assert.equal(codeOf(await run(waiting)), "lock_lost");
  });

  it("guards a transaction: nothing is written once the entry is gone", async () => {
    const { etcd, node, run, queueEntries } = createSimulation();
    const a = await node("a");
    const lock = await run(a.coordinator.acquire("volume"));
    await run(lock.guardedTxn((txn) => txn.put("volumes/42").value("mine")));
    etcd.deleteKey(queueEntries()[0] as string);
    const error = await run(rejectionOf(lock.guardedTxn((txn) => txn.put("volumes/42").value("stale"))));
    assert.equal(codeOf(error), "lock_lost");
    assert.equal(String(etcd.store.get("volumes/42")?.value), "mine");
    assert.equal(lock.held, false);
  });

  it("hands an entry on inside the process without asking etcd, and counts the turns", async () => {
    const { node, run } = createSimulation();
    const a = await node("a");
    const before = a.connection.attempts;
    const tokens: FencingToken[] = [];
    const work = Array.from({ length: 20 }, () =>
      a.coordinator.withLock("volume", (lock) => {
        tokens.push(lock.token);
      }),
    );
    await run(Promise.all(work));
    assert.equal(a.connection.attempts, before + 2);
    assert.deepEqual(tokens.map(FencingToken.sequence), [...Array(20).keys()]);
    assert.deepEqual(
      [...tokens].sort((x, y) => Number(x - y)),
      tokens,
    );
  });

  it("lets a remote waiter in after so many turns", async () => {
    const { clock, node, run } = createSimulation();
    const a = await node("a", { handOver: { maxTurns: 3, maxMs: 10_000 } });
    const b = await node("b");
    const order: string[] = [];
    const hold = async (name: string): Promise<void> => {
      order.push(name);
      await new Promise<void>((resolve) => clock.startTimer(20, resolve));
    };
    const first = a.coordinator.withLock("volume", () => hold("a"));
    await clock.advance(10);
    const remote = b.coordinator.withLock("volume", () => hold("b"));
    await clock.advance(5);
    const more = Array.from({ length: 8 }, () => a.coordinator.withLock("volume", () => hold("a")));
    await run(Promise.all([first, remote, ...more]));
    assert.equal(order.indexOf("b"), 4, order.join(""));
  });

  it("gives a driver the lock of its context, also when it was lost, so that the check can throw", async () => {
    const { clock, etcd, node, run } = createSimulation();
    const a = await node("a");
    assert.equal(currentLock(), undefined);
    const holding = a.coordinator.withLock("volume", async (lock) => {
      assert.equal(currentLock(), lock);
      etcd.revoke(etcd.leaseIds[0] as bigint);
      await new Promise<void>((resolve) => clock.startTimer(TTL_MS, resolve));
      assert.equal(currentLock(), lock);
      assert.throws(
        () => currentLock()?.assertHeld(),
        (error) => codeOf(error) === "lock_lost",
      );
      await lock.release();
      assert.equal(currentLock(), undefined);
    });
    assert.equal(codeOf(await run(rejectionOf(holding))), "lock_lost");
  });

  it("ends waits and gives all back when the coordinator is closed", async () => {
    const { clock, node, run, queueEntries } = createSimulation();
    const a = await node("a");
    const b = await node("b");
    const held = await run(a.coordinator.acquire("volume"));
    const remote = rejectionOf(b.coordinator.acquire("volume"));
    const local = rejectionOf(a.coordinator.acquire("volume"));
    await clock.advance(50);
    await run(Promise.all([a.coordinator.close(), b.coordinator.close()]), 1_500);
    assert.equal(codeOf(await run(remote)), "coordinator_closed");
    assert.equal(codeOf(await run(local)), "coordinator_closed");
    assert.ok(held.signal.aborted);
    assert.deepEqual(queueEntries(), []);
    assert.equal(codeOf(await rejectionOf(a.coordinator.acquire("volume"))), "coordinator_closed");
  });

  it("waits for holders as long as `drainMs` says before it closes", async () => {
    const { clock, node, run } = createSimulation();
    const a = await node("a");
    const held = await run(a.coordinator.acquire("volume"));
    const closing = a.coordinator.close({ drainMs: 5_000 });
    await clock.advance(1_000);
    held.assertHeld();
    await run(held.release());
    await run(closing, 500);
    assert.equal(held.signal.aborted, false);
  });

  it("keeps holders apart and never waits in a circle, whatever keys are asked for together", async function () {
    this.timeout(30_000);
    const request = fc.record({
      node: fc.integer({ min: 0, max: 2 }),
      keys: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 4 }),
      startMs: fc.integer({ min: 0, max: 60 }),
      holdMs: fc.integer({ min: 0, max: 30 }),
      abortAfterMs: fc.option(fc.integer({ min: 0, max: 80 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 2, maxLength: 14 }), async (requests) => {
        const simulation = createSimulation();
        const nodes = [await simulation.node("n0"), await simulation.node("n1"), await simulation.node("n2")];
        const holders = new Map<string, number>();
        const lastToken = new Map<string, bigint>();
        const work = requests.map(async (wanted, id) => {
          await pause(simulation, wanted.startMs);
          const abort = new AbortController();
          if (wanted.abortAfterMs !== null) {
            simulation.clock.startTimer(wanted.abortAfterMs, () => abort.abort(new Error("aborted")));
          }
          const { coordinator } = nodes[wanted.node] as (typeof nodes)[number];
          const options = { signal: abort.signal };
          const lock = await coordinator.acquire(wanted.keys, options).catch(() => undefined);
          if (lock === undefined) return;
          for (const key of wanted.keys) {
            assert.equal(holders.get(key), undefined, `two holders of ${key}`);
            holders.set(key, id);
            assert.ok(lock.tokenOf(key) > (lastToken.get(key) ?? 0n), `token of ${key} does not grow`);
            lastToken.set(key, lock.tokenOf(key));
          }
          await pause(simulation, wanted.holdMs);
          for (const key of wanted.keys) holders.delete(key);
          await lock.release();
        });
        await simulation.run(Promise.all(work), 60_000);
        await simulation.clock.advance(1_000);
        assert.deepEqual(simulation.queueEntries(), []);
      }),
      { numRuns: 150 },
    );
  });
});

function pause(simulation: Simulation, durationMs: number): Promise<void> {
  return new Promise((resolve) => simulation.clock.startTimer(durationMs, resolve));
}
