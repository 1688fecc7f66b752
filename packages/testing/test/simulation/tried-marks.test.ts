import assert from "node:assert/strict";
import { type LockKey, lockKey, type WireFormat } from "@fenceline/core";
import type { TxnRequest } from "@fenceline/core/etcd-port";
import { codeOf, createSimulation, rejectionOf, type SimulatedNode, type Simulation } from "./simulation.js";

const DELAY_MS = 30_000;
const volume: LockKey = { ...lockKey("global", "volume"), lockDelayMs: DELAY_MS };
const other: LockKey = { ...lockKey("global", "other"), lockDelayMs: 2 * DELAY_MS };
const MARK = "fenceline/marks/volume";

/** What stands in etcd for locks, but for recovery marks. */
const entries = ({ etcd }: Simulation): string[] =>
  ["/tooz/", "fenceline/owners/", "fenceline/locks/"].flatMap((prefix) => etcd.store.keys(prefix));

const marks = ({ etcd }: Simulation): string[] => etcd.store.keys("fenceline/marks/").sort();

const takes = (request: TxnRequest): boolean =>
  request.success.some((op) => op.type === "put" && String(op.key) === MARK);

for (const wire of ["etcd", "cinder", ["cinder", "etcd"]] as const) {
  describe(`tries of a lock with a delay, wire ${JSON.stringify(wire)}`, () => {
    const callsOfATry = typeof wire === "string" ? 1 : 2;

    const node = (simulation: Simulation, name: string): Promise<SimulatedNode> =>
      simulation.node(name, { wire: wire as WireFormat | readonly WireFormat[] });

    const die = async (simulation: Simulation, holder: SimulatedNode): Promise<void> => {
      holder.connection.network = "requests lost";
      while (entries(simulation).length > 0) await simulation.clock.advance(100);
    };

    /** A holder that dies: the TTL runs out, and its keys go. */
    const crash = async (simulation: Simulation, keys: readonly LockKey[] = [volume]): Promise<void> => {
      const dead = await node(simulation, "dead");
      await simulation.run(dead.coordinator.acquire(keys, { operation: "delete_volume" }));
      await die(simulation, dead);
    };

    /** A try that fails and changes nothing in etcd. */
    const assertRefused = async (
      simulation: Simulation,
      { coordinator }: SimulatedNode,
      keys: LockKey | readonly LockKey[] = volume,
    ): Promise<void> => {
      const { revision } = simulation.etcd.store;
      assert.equal(await simulation.run(coordinator.tryAcquire(keys)), undefined);
      assert.equal(simulation.etcd.store.revision, revision, "a try that fails writes nothing");
    };

    /** A try that succeeds, and its release; tells how many calls of etcd the try has cost. */
    const assertGranted = async (
      simulation: Simulation,
      { coordinator, connection }: SimulatedNode,
      keys: LockKey | readonly LockKey[],
      previous: readonly string[],
    ): Promise<number> => {
      const before = connection.attempts;
      const lock = await simulation.run(coordinator.tryAcquire(keys));
      const calls = connection.attempts - before;
      assert.deepEqual(
        lock?.recoveredFrom.map((mark) => `${mark.name} of ${mark.previous?.node}`),
        previous,
      );
      await simulation.run(lock.release());
      assert.deepEqual([...entries(simulation), ...marks(simulation)], []);
      return calls;
    };

    it("are refused until the delay has passed since the first one, and then granted, at one call", async () => {
      const simulation = createSimulation();
      const { clock, etcd, run } = simulation;
      await crash(simulation);
      const b = await node(simulation, "b");
      const from = clock.now();
      while (clock.now() < from + DELAY_MS - 5_000) {
        await assertRefused(simulation, b);
        await clock.advance(5_000);
      }
      await clock.advance(from + DELAY_MS - 10 - clock.now());
      await assertRefused(simulation, b);
      await clock.advance(20);

      const before = b.connection.attempts;
      const lock = await run(b.coordinator.tryAcquire(volume));
      assert.equal(b.connection.attempts, before + callsOfATry);
      const [mark, ...more] = lock?.recoveredFrom ?? [];
      assert.deepEqual(more, []);
      assert.equal(mark?.name, "volume");
      assert.equal(mark.previous?.node, "dead");
      assert.equal(mark.previous.operation, "delete_volume");
      assert.match(String(etcd.store.get(MARK)?.value), /"node":"b"/, "the mark is its own now");
      await run((lock as NonNullable<typeof lock>).release());
      assert.deepEqual(marks(simulation), []);
      await assertGranted(simulation, b, volume, []);
    });

    it("count nothing while the lock is held: the delay begins after the unclean end", async () => {
      const simulation = createSimulation();
      const { clock, run } = simulation;
      const [a, b] = [await node(simulation, "a"), await node(simulation, "b")];
      await run(a.coordinator.acquire(volume));
      await assertRefused(simulation, b);
      await clock.advance(2 * DELAY_MS);
      await die(simulation, a);
      await assertRefused(simulation, b);
      await clock.advance(DELAY_MS - 100);
      await assertRefused(simulation, b);
      await clock.advance(100);
      await assertGranted(simulation, b, volume, ["volume of a"]);
    });

    it("count anew when another holder has died meanwhile", async () => {
      const simulation = createSimulation();
      const { clock, run } = simulation;
      await crash(simulation);
      const [b, c] = [await node(simulation, "b"), await node(simulation, "c")];
      await assertRefused(simulation, b);
      await run(c.coordinator.acquire(volume));
      await die(simulation, c);
      await assertRefused(simulation, b);
      await clock.advance(DELAY_MS - 100);
      await assertRefused(simulation, b);
      await clock.advance(100);
      await assertGranted(simulation, b, volume, ["volume of c"]);
    });

    it("forget what another holder has dealt with, at once", async () => {
      const simulation = createSimulation();
      const { run } = simulation;
      await crash(simulation);
      const [b, c] = [await node(simulation, "b"), await node(simulation, "c")];
      await assertRefused(simulation, b);
      const lock = await run(c.coordinator.acquire(volume));
      await assertRefused(simulation, b);
      await run(lock.release());
      await assertGranted(simulation, b, volume, []);
    });

    it("take the lock at once when the mark that they remember has gone unseen", async () => {
      for (const who of ["b", "c"]) {
        const simulation = createSimulation();
        const { run } = simulation;
        await crash(simulation);
        const b = await node(simulation, "b");
        await assertRefused(simulation, b);
        const holder = who === "b" ? b : await node(simulation, who);
        await run(holder.coordinator.withLock(volume, () => {}));
        const calls = await assertGranted(simulation, b, volume, []);
        assert.equal(calls, who === "b" ? callsOfATry : callsOfATry + 1);
      }
    });

    it("go on counting while somebody waits for the delay and gives up", async () => {
      const simulation = createSimulation();
      const { clock, run } = simulation;
      await crash(simulation);
      const [b, c] = [await node(simulation, "b"), await node(simulation, "c")];
      await assertRefused(simulation, b);
      const waiting = rejectionOf(c.coordinator.acquire(volume, { timeoutMs: DELAY_MS / 2 }));
      await clock.advance(100);
      await assertRefused(simulation, b);
      assert.equal(codeOf(await run(waiting)), "lock_timeout");
      await clock.advance(DELAY_MS / 2);
      await assertGranted(simulation, b, volume, ["volume of dead"]);
    });

    it("of several locks heed the delay of each, and those of their marks alone", async () => {
      const simulation = createSimulation();
      const { clock } = simulation;
      const keys = [other, { ...volume, name: "clean" }, lockKey("global", "plain"), volume];
      await crash(simulation, [volume, other]);
      const b = await node(simulation, "b");
      await assertRefused(simulation, b, keys);
      await clock.advance(DELAY_MS);
      await assertRefused(simulation, b, keys);
      await clock.advance(DELAY_MS);
      await assertGranted(simulation, b, keys, ["other of dead", "volume of dead"]);

      await crash(simulation, [volume, other]);
      await assertRefused(simulation, b, keys);
      await clock.advance(DELAY_MS);
      const lock = await simulation.run(b.coordinator.tryAcquire(volume));
      assert.equal(lock?.recoveredFrom.length, 1);
      await assertRefused(simulation, b, keys);
      await simulation.run(lock.release());
      await clock.advance(DELAY_MS);
      await assertGranted(simulation, b, keys, ["other of dead"]);
    });

    it("are granted although the answer is lost, and leave no late copy's mark", async () => {
      for (const lose of ["answers", "copy"]) {
        const simulation = createSimulation();
        const { clock, run } = simulation;
        await crash(simulation);
        const b = await node(simulation, "b");
        await assertRefused(simulation, b);
        await clock.advance(DELAY_MS);
        if (lose === "answers") b.connection.network = "answers lost";
        const late = lose === "copy" ? b.connection.holdBack(takes) : undefined;
        const trying = b.coordinator.tryAcquire(volume);
        await clock.advance(1_500);
        b.connection.network = "whole";
        const lock = await run(trying, 10_000);
        assert.equal(lock?.recoveredFrom[0]?.previous?.node, "dead");
        lock.assertHeld();
        await run(lock.release());
        late?.deliver();
        await clock.advance(1_000);
        assert.deepEqual([...entries(simulation), ...marks(simulation)], []);
      }
    });

    it("count although nobody can read the mark", async () => {
      const simulation = createSimulation();
      const b = await node(simulation, "b");
      simulation.etcd.store.txn({ compare: [], success: [{ type: "put", key: MARK, value: "{" }] });
      await assertRefused(simulation, b);
      await simulation.clock.advance(DELAY_MS);
      await assertGranted(simulation, b, volume, ["volume of undefined"]);
    });

    it("stay for the next one when a try that takes them over gives up before its answer", async () => {
      for (let afterMs = 0; afterMs < 3; afterMs += 1) {
        const simulation = createSimulation();
        const { clock, run } = simulation;
        await crash(simulation);
        const b = await node(simulation, "b");
        await assertRefused(simulation, b);
        await clock.advance(DELAY_MS + 10);
        const abort = new AbortController();
        clock.startTimer(afterMs, () => abort.abort(new Error("given up")));
        const tried = await run(
          b.coordinator.tryAcquire(volume, { signal: abort.signal }).catch(() => "given up"),
        );
        if (tried !== "given up") assert.fail(`granted before ${afterMs} ms`);
        await clock.advance(1_000);
        const c = await node(simulation, "c");
        const lock = await run(c.coordinator.acquire(volume));
        assert.equal(lock.recoveredFrom[0]?.previous?.node, "dead", `given up after ${afterMs} ms`);
      }
    });
  });
}

it("a try with both wire formats counts nothing while a node holds the lock with Cinder's alone", async () => {
  const simulation = createSimulation();
  const { clock, run } = simulation;
  const a = await simulation.node("a", { wire: "cinder" });
  const b = await simulation.node("b", { wire: ["cinder", "etcd"] });
  await run(a.coordinator.acquire(volume));
  assert.equal(await run(b.coordinator.tryAcquire(volume)), undefined);
  await clock.advance(2 * DELAY_MS);
  a.connection.network = "requests lost";
  while (entries(simulation).length > 0) await clock.advance(100);
  assert.equal(await run(b.coordinator.tryAcquire(volume)), undefined);
  await clock.advance(DELAY_MS);
  const lock = await run(b.coordinator.tryAcquire(volume));
  assert.equal(lock?.recoveredFrom[0]?.previous?.node, "a");
});
