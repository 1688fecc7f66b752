import assert from "node:assert/strict";
import { connect, EtcdError, type Interceptor, type LockKey, lockKey } from "@fenceline/core";
import type { EtcdPort, Op, TxnRequest } from "@fenceline/core/etcd-port";
import { createSimulatedClock } from "../../dist/simulation/simulated-clock.js";
import { codeOf, createSimulation, rejectionOf, type Simulation, TTL_MS } from "./simulation.js";

const DELAY_MS = 30_000;
const volume: LockKey = { ...lockKey("global", "volume"), lockDelayMs: DELAY_MS };
const other: LockKey = { ...lockKey("global", "other"), lockDelayMs: 2 * DELAY_MS };
const MARK = "fenceline/marks/volume";
const OTHER_MARK = "fenceline/marks/other";

const marks = ({ etcd }: Simulation): string[] => etcd.store.keys("fenceline/marks/").sort();

const entryOf = (simulation: Simulation, name: string): string =>
  simulation.queueEntries().find((key) => key.includes(`/${name}/`)) as string;

const isEnqueue = (request: TxnRequest): boolean =>
  request.success.some((op) => op.type === "put" && String(op.key).startsWith("fenceline/locks/"));

const puts = (op: Op): boolean =>
  op.type === "put" || (op.type === "txn" && [...op.txn.success, ...(op.txn.failure ?? [])].some(puts));

/** A holder that dies: the TTL runs out, and its entry goes. */
async function crash(simulation: Simulation, keys: readonly LockKey[] = [volume]): Promise<void> {
  const dead = await simulation.node("dead");
  await simulation.run(dead.coordinator.acquire(keys, { operation: "delete_volume" }));
  dead.connection.network = "requests lost";
  while (simulation.queueEntries().length > 0) await simulation.clock.advance(100);
}

/** How long it takes to get the lock. */
async function timed<T>({ clock, run }: Simulation, acquiring: Promise<T>): Promise<number> {
  const from = clock.now();
  await run(acquiring);
  return clock.now() - from;
}

function assertDelayed(tookMs: number, delayMs = DELAY_MS): void {
  assert.ok(tookMs >= delayMs && tookMs <= delayMs + 20, `took ${tookMs} ms, the delay is ${delayMs} ms`);
}

describe("recovery marks", () => {
  it("stand beside a held lock, are gone after the release, and cost no call", async () => {
    const simulation = createSimulation();
    const { node, run } = simulation;
    const a = await node("a");
    for (const take of [() => a.coordinator.acquire(volume), () => a.coordinator.tryAcquire(volume)]) {
      const before = a.connection.attempts;
      const lock = await run(take());
      assert.deepEqual(lock?.recoveredFrom, []);
      assert.deepEqual(marks(simulation), [MARK]);
      assert.equal(simulation.etcd.store.get(MARK)?.lease, 0n);
      await run(lock.release());
      assert.deepEqual(marks(simulation), []);
      assert.equal(a.connection.attempts, before + 2);
    }
  });

  it("are not written for a lock without a delay, nor for one whose key says 0", async () => {
    const simulation = createSimulation();
    const a = await simulation.node("a");
    await simulation.run(a.coordinator.acquire(["plain", { ...volume, lockDelayMs: 0 }]));
    assert.deepEqual(marks(simulation), []);
  });

  it("are written for a waiter when its turn comes, without another call", async () => {
    const simulation = createSimulation();
    const { clock, node, run } = simulation;
    const attempts: number[] = [];
    for (const key of ["plain", volume]) {
      const a = await node("a");
      const b = await node("b");
      const held = await run(a.coordinator.acquire(key));
      const waiting = b.coordinator.acquire(key);
      await clock.advance(100);
      const before = b.connection.attempts;
      await run(held.release());
      const lock = await run(waiting);
      attempts.push(b.connection.attempts - before);
      assert.deepEqual(lock.recoveredFrom, []);
      assert.deepEqual(marks(simulation), key === volume ? [MARK] : []);
      await run(lock.release());
      assert.deepEqual(marks(simulation), []);
    }
    assert.equal(attempts[0], attempts[1]);
  });

  it("make the next holder wait exactly the delay, and tell it whose work was cut off", async () => {
    const simulation = createSimulation();
    await crash(simulation);
    const b = await simulation.node("b");
    const from = simulation.clock.now();
    const lock = await simulation.run(b.coordinator.acquire(volume));
    assertDelayed(simulation.clock.now() - from);
    const [mark, ...more] = lock.recoveredFrom;
    assert.deepEqual(more, []);
    assert.equal(mark?.name, "volume");
    const { since, ...previous } = mark?.previous ?? { since: "" };
    assert.deepEqual(previous, { node: "dead", pid: process.pid, operation: "delete_volume" });
    assert.match(since, /^2026-/);
    await simulation.run(lock.release());
    assert.deepEqual(marks(simulation), []);
    const tookMs = await timed(simulation, b.coordinator.acquire(volume));
    assert.ok(tookMs < 20, "the next one does not wait");
  });

  it("make a waiter wait that stood in the queue when the holder died", async () => {
    const simulation = createSimulation();
    const { clock, node, run } = simulation;
    const a = await node("a");
    const b = await node("b");
    await run(a.coordinator.acquire(volume));
    let grantedAt = 0;
    const waiting = b.coordinator.acquire(volume).then((lock) => {
      grantedAt = clock.now();
      return lock;
    });
    await clock.advance(100);
    a.connection.network = "requests lost";
    while (simulation.queueEntries().length > 1) await clock.advance(1);
    const freedAt = clock.now();
    const lock = await run(waiting);
    assertDelayed(grantedAt - freedAt);
    assert.equal(lock.recoveredFrom.length, 1);
  });

  it("are not taken over before the delay is over, although timers come early", async () => {
    const simulation = createSimulation(createSimulatedClock(0.9));
    const { clock, run } = simulation;
    await crash(simulation);
    const { port } = simulation.etcd.connect();
    let foundAt = 0;
    let takenAt = 0;
    const watched: EtcdPort = {
      ...port,
      async txn(request, options) {
        if (request.success.some((op) => op.type === "put" && op.key === MARK)) takenAt = clock.now();
        const answer = await port.txn(request, options);
        if (isEnqueue(request)) foundAt = clock.now();
        return answer;
      },
    };
    const b = await run(connect({ node: "b", ttlMs: TTL_MS, parts: { clock, port: watched } }));
    await run(b.acquire(volume));
    assert.ok(foundAt > 0 && takenAt - foundAt >= DELAY_MS, `waited ${takenAt - foundAt} ms`);
  });

  it("name the delay when a wait times out in it, and stay for the next one", async () => {
    const simulation = createSimulation();
    await crash(simulation);
    const b = await simulation.node("b");
    const before = String(simulation.etcd.store.get(MARK)?.value);
    const error = await simulation.run(
      rejectionOf(b.coordinator.acquire(volume, { timeoutMs: DELAY_MS - 100 })),
    );
    assert.equal(codeOf(error), "lock_timeout");
    assert.match(String(error), /delay of 30000 ms after an unclean end of dead \(pid \d+, delete_volume, /);
    await simulation.clock.advance(100);
    assert.deepEqual(simulation.queueEntries(), []);
    assert.equal(String(simulation.etcd.store.get(MARK)?.value), before);
    assertDelayed(await timed(simulation, b.coordinator.acquire(volume)));
  });

  it("stay when the one that waits for the delay dies as well", async () => {
    const simulation = createSimulation();
    const { clock, node } = simulation;
    await crash(simulation);
    const b = await node("b");
    const waiting = rejectionOf(b.coordinator.acquire(volume));
    await clock.advance(DELAY_MS / 2);
    b.connection.network = "requests lost";
    assert.equal(codeOf(await simulation.run(waiting)), "session_lost");
    while (simulation.queueEntries().length > 0) await clock.advance(100);
    const c = await node("c");
    assertDelayed(await timed(simulation, c.coordinator.acquire(volume)));
  });

  it("are marks of the one that has waited, once the delay is over", async () => {
    const simulation = createSimulation();
    await crash(simulation);
    const b = await simulation.node("b");
    await simulation.run(b.coordinator.acquire(volume));
    b.connection.network = "requests lost";
    while (simulation.queueEntries().length > 0) await simulation.clock.advance(100);
    const c = await simulation.node("c");
    const lock = await simulation.run(c.coordinator.acquire(volume));
    assert.equal(lock.recoveredFrom[0]?.previous?.node, "b");
  });

  it("let a try take nothing and write nothing, and stay", async () => {
    const simulation = createSimulation();
    await crash(simulation);
    const b = await simulation.node("b");
    const { revision } = simulation.etcd.store;
    const attempts = b.connection.attempts;
    assert.equal(await simulation.run(b.coordinator.tryAcquire([other, volume])), undefined);
    assert.equal(simulation.etcd.store.revision, revision);
    assert.equal(b.connection.attempts, attempts + 1);
    assertDelayed(await timed(simulation, b.coordinator.acquire(volume)));
  });

  for (const when of ["before", "after"]) {
    it(`stay when an operator deletes the entry of the holder, who releases ${when} the next one asks`, async () => {
      const simulation = createSimulation();
      const { clock, etcd, node, run } = simulation;
      const a = await node("a");
      const b = await node("b");
      const lock = await run(a.coordinator.acquire(volume));
      etcd.deleteKey(entryOf(simulation, "volume"));
      if (when === "before") await run(lock.release());
      const from = clock.now();
      const waiting = b.coordinator.acquire(volume);
      await clock.advance(100);
      await run(lock.release());
      await run(waiting);
      assertDelayed(clock.now() - from);
      assert.deepEqual(marks(simulation), [MARK]);
    });
  }

  it("stay for a holder whose entry was deleted and whose own process asks again", async () => {
    const simulation = createSimulation();
    const { etcd, node, run } = simulation;
    const a = await node("a");
    const lost = await run(a.coordinator.acquire([other, volume]));
    etcd.deleteKey(entryOf(simulation, "other"));
    await run(rejectionOf(lost.guardedTxn((txn) => txn.put("x").value("late"))));
    assert.ok(entryOf(simulation, "volume"), "the entry in the other queue is left");
    assertDelayed(await timed(simulation, a.coordinator.acquire(volume)));
  });

  it("stay when the coordinator is closed under the holder, and go when it has asked to release", async () => {
    for (const released of [false, true]) {
      const simulation = createSimulation();
      const { node, run } = simulation;
      const a = await node("a", {
        interceptors: [({ kind }, next) => (kind === "release" ? new Promise(() => {}) : next())],
      });
      const lock = await run(a.coordinator.acquire(volume));
      if (released) void lock.release();
      await run(a.coordinator.close());
      assert.deepEqual(simulation.queueEntries(), []);
      assert.deepEqual(marks(simulation), released ? [] : [MARK]);
    }
  });

  it("are neither false nor left behind when answers are lost", async () => {
    const simulation = createSimulation();
    const { clock, node, run } = simulation;
    const a = await node("a");
    for (const take of [() => a.coordinator.acquire(volume), () => a.coordinator.tryAcquire(volume)]) {
      a.connection.network = "answers lost";
      const taking = take();
      await clock.advance(500);
      a.connection.network = "whole";
      const tookMs = await timed(simulation, taking);
      assert.ok(tookMs < DELAY_MS);
      const lock = await taking;
      assert.deepEqual(lock?.recoveredFrom, []);
      await run(lock.release());
      await clock.advance(100);
      assert.deepEqual(marks(simulation), []);
    }
  });

  for (const lostMs of [700, 3_500]) {
    it(`are not left behind by a wait that was given up while answers were lost for ${lostMs} ms`, async () => {
      const simulation = createSimulation();
      const { clock, node, run } = simulation;
      const a = await node("a");
      for (const take of ["acquire", "tryAcquire"] as const) {
        a.connection.network = "answers lost";
        const lost = clock.advance(lostMs);
        await run(rejectionOf(a.coordinator[take](volume, { signal: abortAfter(simulation, 500) })));
        await lost;
        assert.deepEqual(marks(simulation), [MARK], "etcd did what was asked");
        a.connection.network = "whole";
        await clock.advance(5_000);
        assert.deepEqual(marks(simulation), []);
      }
    });
  }

  it("are not left behind by a copy of a request that arrives late", async () => {
    const simulation = createSimulation();
    const { clock, node, run } = simulation;
    const a = await node("a");
    const { deliver } = a.connection.holdBack(isEnqueue);
    const lock = await run(a.coordinator.acquire(volume));
    await run(lock.release());
    deliver();
    await clock.advance(100);
    assert.deepEqual(simulation.queueEntries(), []);
    assert.deepEqual(marks(simulation), []);
  });

  it("are not left behind by a waiter that gives up when its turn comes", async () => {
    for (let afterMs = 0; afterMs < 12; afterMs += 1) {
      const simulation = createSimulation();
      const { clock, node, run } = simulation;
      const a = await node("a");
      const b = await node("b");
      const held = await run(a.coordinator.acquire(volume));
      const waiting = b.coordinator.acquire(volume, { signal: abortAfter(simulation, 100 + afterMs) });
      const settled = waiting.then(
        (lock) => lock.release(),
        () => {},
      );
      await clock.advance(100);
      void held.release();
      await run(settled);
      await clock.advance(1_000);
      assert.deepEqual(simulation.queueEntries(), []);
      assert.deepEqual(marks(simulation), [], `given up after ${afterMs} ms`);
    }
  });

  it("are not written for a waiter that dies before its turn, for none of its locks", async () => {
    const simulation = createSimulation();
    const { clock, node, run } = simulation;
    const a = await node("a");
    const b = await node("b");
    const held = await run(a.coordinator.acquire(volume));
    const waiting = rejectionOf(b.coordinator.acquire([other, volume]));
    await clock.advance(100);
    b.connection.network = "requests lost";
    assert.equal(codeOf(await run(waiting)), "session_lost");
    while (simulation.queueEntries().length > 1) await clock.advance(100);
    assert.deepEqual(marks(simulation), [MARK]);
    await run(held.release());
    assert.deepEqual(marks(simulation), []);
  });

  it("of several locks each stand for themselves; the longest delay of those found counts", async () => {
    const simulation = createSimulation();
    await crash(simulation, [volume]);
    const b = await simulation.node("b");
    const abandoned = b.coordinator.acquire([volume, other], { timeoutMs: 1_000 });
    await simulation.clock.advance(500);
    assert.deepEqual(marks(simulation), [OTHER_MARK, MARK]);
    await simulation.run(rejectionOf(abandoned));
    await simulation.clock.advance(100);
    assert.deepEqual(marks(simulation), [MARK], "only its own mark went");

    assertDelayed(await timed(simulation, b.coordinator.acquire(["plain", volume, other])));
    b.connection.network = "requests lost";
    while (simulation.queueEntries().length > 0) await simulation.clock.advance(100);

    const c = await simulation.node("c");
    const taking = c.coordinator.acquire([volume, "plain", other]);
    assertDelayed(await timed(simulation, taking), 2 * DELAY_MS);
    const lock = await taking;
    assert.deepEqual(
      lock.recoveredFrom.map(({ name }) => name),
      ["volume", "other"],
    );
    await simulation.run(lock.release());
    assert.deepEqual(marks(simulation), []);
  });

  it("stay over a hand-over inside the process, which neither waits nor asks etcd", async () => {
    const simulation = createSimulation();
    const { node } = simulation;
    await crash(simulation);
    const a = await node("a");
    const recovered: number[] = [];
    const before = a.connection.attempts;
    const work = Array.from({ length: 3 }, () =>
      a.coordinator.withLock(volume, (lock) => {
        recovered.push(lock.recoveredFrom.length);
        assert.deepEqual(marks(simulation), [MARK]);
      }),
    );
    const tookMs = await timed(simulation, Promise.all(work));
    assertDelayed(tookMs);
    assert.deepEqual(recovered, [1, 0, 0]);
    assert.deepEqual(marks(simulation), []);
    assert.ok(a.connection.attempts - before < 30);
  });

  it("are written when a holder without a delay would hand over to one with it", async () => {
    const simulation = createSimulation();
    const { node, run } = simulation;
    const a = await node("a");
    const first = await run(a.coordinator.acquire("volume"));
    const second = a.coordinator.acquire(volume);
    await run(first.release());
    await run(second);
    assert.deepEqual(marks(simulation), [MARK]);
  });

  it("go with the release when etcd takes no writes any more", async () => {
    const simulation = createSimulation();
    const { clock, etcd, run } = simulation;
    const { port } = etcd.connect();
    let full = false;
    const limited: EtcdPort = {
      ...port,
      async txn(request, options) {
        if (full && request.success.some(puts))
          throw new EtcdError("etcd_rejected", "database space exceeded");
        return port.txn(request, options);
      },
    };
    const a = await run(connect({ node: "a", ttlMs: TTL_MS, parts: { clock, port: limited } }));
    const lock = await run(a.acquire([volume, other]));
    full = true;
    await run(lock.release());
    assert.deepEqual(simulation.queueEntries(), []);
    assert.deepEqual(marks(simulation), []);
  });

  it("count although nobody can read them", async () => {
    const simulation = createSimulation();
    const put = (value: string | Uint8Array) =>
      simulation.etcd.store.txn({ compare: [], success: [{ type: "put", key: MARK, value }] });
    for (const value of ["", "{", "null", Buffer.from([0xff, 0xfe]), "x".repeat(10_000)]) {
      put(value);
      const b = await simulation.node("b");
      const taking = b.coordinator.acquire(volume);
      assertDelayed(await timed(simulation, taking));
      const lock = await taking;
      assert.deepEqual(lock.recoveredFrom, [{ name: "volume", previous: undefined }]);
      await simulation.run(lock.release());
    }
  });

  it("end the wait for the delay with `lock_lost` when the entry was deleted meanwhile", async () => {
    const simulation = createSimulation();
    await crash(simulation);
    const b = await simulation.node("b");
    const waiting = rejectionOf(b.coordinator.acquire(volume));
    await simulation.clock.advance(100);
    simulation.etcd.deleteKey(entryOf(simulation, "volume"));
    assert.equal(codeOf(await simulation.run(waiting)), "lock_lost");
    assert.equal(marks(simulation).length, 1);
  });

  it("are taken over when etcd answers again, if it was away at the end of the delay", async () => {
    const simulation = createSimulation();
    await crash(simulation);
    const b = await simulation.node("b");
    const waiting = b.coordinator.acquire(volume);
    await simulation.clock.advance(DELAY_MS - 500);
    b.connection.network = "requests lost";
    await simulation.clock.advance(4_500);
    b.connection.network = "whole";
    const lock = await simulation.run(waiting);
    lock.assertHeld();
    assert.match(String(simulation.etcd.store.get(MARK)?.value), /"node":"b"/);
  });

  it("stay for the next one when a request gives up in the moment in which it takes them over", async () => {
    let givenUp = 0;
    for (let afterMs = 0; afterMs < 8; afterMs += 1) {
      const simulation = createSimulation();
      const { clock, node, run } = simulation;
      await crash(simulation);
      const b = await node("b");
      const signal = abortAfter(simulation, DELAY_MS + afterMs);
      const isGranted = await run(
        b.coordinator.acquire(volume, { signal }).then(
          () => true,
          () => false,
        ),
      );
      if (isGranted) continue;
      givenUp += 1;
      await clock.advance(1_000);
      const c = await node("c");
      const lock = await run(c.coordinator.acquire(volume));
      assert.equal(lock.recoveredFrom[0]?.previous?.node, "dead", `given up after ${afterMs} ms`);
    }
    assert.ok(givenUp > 3 && givenUp < 8, `${givenUp} of 8 gave up`);
  });

  it("stay, as those of the one that gives up, when etcd has no space to put them back", async () => {
    const simulation = createSimulation();
    const { clock, etcd, node, run } = simulation;
    await crash(simulation);
    const b = await node("b");
    const wait = b.coordinator.acquire(volume, { signal: abortAfter(simulation, DELAY_MS + 4) });
    const refused = rejectionOf(wait);
    await clock.advance(DELAY_MS + 4);
    etcd.full = true;
    await run(refused);
    await clock.advance(1_000);
    etcd.full = false;
    assert.deepEqual(simulation.queueEntries(), []);
    const c = await node("c");
    const lock = await run(c.coordinator.acquire(volume));
    assert.equal(lock.recoveredFrom.length, 1);
  });

  for (const kind of ["acquire", "hold"] as const) {
    it(`stay when an interceptor fails at "${kind}" before anybody has worked under the lock`, async () => {
      const simulation = createSimulation();
      const { node, run, etcd } = simulation;
      await crash(simulation);
      const failing: Interceptor = async (operation, next) => {
        if (operation.kind !== kind) return next();
        if (kind === "acquire") await next();
        throw new Error("tracing is broken");
      };
      const b = await node("b", { interceptors: [failing] });
      let worked = false;
      const work = b.coordinator.withLock(volume, () => {
        worked = true;
      });
      assert.match(String(await run(rejectionOf(work))), /tracing is broken/);
      assert.equal(worked, false);
      assert.deepEqual(etcd.store.keys("fenceline/marks/"), ["fenceline/marks/volume"]);
      const c = await node("c");
      const lock = await run(c.coordinator.acquire(volume));
      assert.equal(lock.recoveredFrom[0]?.previous?.node, "dead");
    });
  }
});

function abortAfter({ clock }: Simulation, delayMs: number): AbortSignal {
  const abort = new AbortController();
  clock.startTimer(delayMs, () => abort.abort(new Error("given up")));
  return abort.signal;
}
