import assert from "node:assert/strict";
import { type LockKey, lockKey, type WireFormat } from "@fenceline/core";
import { codeOf, createSimulation, rejectionOf, type Simulation } from "./simulation.js";
import { createToozClient } from "./tooz-client.js";

const DELAY_MS = 30_000;
const volume: LockKey = { ...lockKey("global", "volume"), lockDelayMs: DELAY_MS };
const KEY = "/tooz/lockscinder-volume";
const MARK = "fenceline/marks/volume";

const both: readonly WireFormat[] = ["cinder", "etcd"];

/** What stands in etcd for locks. */
const standing = ({ etcd }: Simulation): string[] =>
  ["/tooz/", "fenceline/owners/", "fenceline/locks/", "fenceline/marks/"].flatMap((p) => etcd.store.keys(p));

/** A holder that dies: the TTL runs out, and its keys go. */
async function crash(simulation: Simulation, wire: WireFormat | readonly WireFormat[]): Promise<void> {
  const dead = await simulation.node("dead", { wire });
  await simulation.run(dead.coordinator.acquire(volume, { operation: "delete_volume" }));
  dead.connection.network = "requests lost";
  while (standing(simulation).length > 1) await simulation.clock.advance(100);
  assert.deepEqual(standing(simulation), [MARK]);
}

describe("recovery marks with Cinder's wire format", () => {
  for (const wire of ["cinder", both] as const) {
    describe(`wire ${JSON.stringify(wire)}`, () => {
      it("stand beside a held lock and go with its release, without a call more", async () => {
        const simulation = createSimulation();
        const { node, run } = simulation;
        const a = await node("a", { wire });
        const calls = wire === "cinder" ? 2 : 4;
        for (const take of [() => a.coordinator.acquire(volume), () => a.coordinator.tryAcquire(volume)]) {
          const before = a.connection.attempts;
          const lock = await run(take());
          assert.deepEqual(lock?.recoveredFrom, []);
          assert.equal(simulation.etcd.store.get(MARK)?.lease, 0n);
          await run((lock as NonNullable<typeof lock>).release());
          assert.deepEqual(standing(simulation), []);
          assert.equal(a.connection.attempts, before + calls);
        }
      });

      it("tell the next holder of an unclean end, which waits for the delay; a try writes nothing", async () => {
        const simulation = createSimulation();
        const { clock, etcd, node, run } = simulation;
        await crash(simulation, wire);
        const b = await node("b", { wire });
        const before = etcd.store.revision;
        assert.equal(await run(b.coordinator.tryAcquire(volume)), undefined);
        assert.equal(etcd.store.revision, before);

        const from = clock.now();
        const lock = await run(b.coordinator.acquire(volume));
        assert.ok(clock.now() - from >= DELAY_MS);
        assert.equal(lock.recoveredFrom[0]?.previous?.node, "dead");
        assert.equal(lock.recoveredFrom[0]?.previous?.operation, "delete_volume");
        await run(lock.release());
        assert.deepEqual(standing(simulation), []);
      });

      it("stay when a waiter gives up during the delay", async () => {
        const simulation = createSimulation();
        const { clock, node, run } = simulation;
        await crash(simulation, wire);
        const b = await node("b", { wire });
        const error = await run(rejectionOf(b.coordinator.acquire(volume, { timeoutMs: 1_000 })));
        assert.equal(codeOf(error), "lock_timeout");
        assert.match(String(error), /delay of 30000 ms after an unclean end of dead/);
        await clock.advance(1_000);
        assert.deepEqual(standing(simulation), [MARK]);
      });

      it("stay when the key was broken, and are our own when only the answer was lost", async () => {
        const simulation = createSimulation();
        const { clock, etcd, node, run } = simulation;
        const a = await node("a", { wire });
        for (const take of [() => a.coordinator.acquire(volume), () => a.coordinator.tryAcquire(volume)]) {
          a.connection.network = "answers lost";
          const taking = take();
          await clock.advance(1_500);
          a.connection.network = "whole";
          const lock = await run(taking, 10_000);
          assert.deepEqual(lock?.recoveredFrom, []);
          await run((lock as NonNullable<typeof lock>).release());
          assert.deepEqual(standing(simulation), []);
        }
        const lock = await run(a.coordinator.acquire(volume));
        etcd.deleteKey(KEY);
        await run(lock.release());
        assert.deepEqual(standing(simulation), [MARK]);
      });
    });
  }

  it("pass from the queue's wire format to both, and from both to Cinder's", async () => {
    for (const [before, after] of [
      ["etcd", both] as const,
      [both, "etcd"] as const,
      [both, "cinder"] as const,
    ]) {
      const simulation = createSimulation();
      await crash(simulation, before);
      const b = await simulation.node("b", { wire: after });
      const lock = await simulation.run(b.coordinator.acquire(volume));
      assert.equal(lock.recoveredFrom.length, 1);
    }
  });

  it("are put only once all names are taken", async () => {
    const simulation = createSimulation();
    const { clock, etcd, node, run } = simulation;
    const tooz = createToozClient(simulation);
    const a = await node("a", { wire: "cinder" });
    const theirs = await run(tooz.acquire("volume"));
    const waiting = a.coordinator.acquire([{ ...volume, name: "a" }, volume]);
    await clock.advance(100);
    assert.ok(etcd.store.get("/tooz/lockscinder-a"));
    assert.deepEqual(etcd.store.keys("fenceline/marks/"), []);
    await run(theirs.release());
    await run(waiting);
    assert.deepEqual(etcd.store.keys("fenceline/marks/").toSorted(), ["fenceline/marks/a", MARK]);
  });
});
