import assert from "node:assert/strict";
import type { Lock } from "@fenceline/core";
import { codeOf, createSimulation, TTL_MS } from "./simulation.js";

/** A renewal, and time for what it sets off. */
const RENEWAL_MS = TTL_MS / 3 + 20;

describe("the checks of what is held", () => {
  for (const wire of ["etcd", "cinder", ["etcd", "cinder"]] as const) {
    it(`tell a holder with the next renewal that an operator has broken its lock, with wire ${wire}`, async () => {
      const { clock, etcd, node, run } = createSimulation();
      const a = await node("a", { wire });
      const [broken, kept] = [
        await run(a.coordinator.acquire("broken")),
        await run(a.coordinator.acquire("kept")),
      ];
      await clock.advance(RENEWAL_MS);
      assert.deepEqual([broken.held, kept.held], [true, true]);
      const keys = etcd.store.keys("").filter((key) => key.includes("broken") && !key.includes("/owners/"));
      etcd.deleteKey(keys.at(-1) as string);
      await clock.advance(RENEWAL_MS);
      assert.equal(codeOf(broken.signal.reason), "lock_lost");
      assert.equal(broken.held, false);
      kept.assertHeld();
      await run(broken.release());
      const b = await node("b", { wire });
      const next = await run(b.coordinator.acquire("broken"));
      assert.ok(next.token > broken.token);
    });
  }

  it("look at a hundred locks with each renewal, in turns", async () => {
    const { clock, etcd, node, run, queueEntries } = createSimulation();
    const a = await node("a");
    const locks: Lock[] = [];
    for (let i = 0; i < 250; i += 1) locks.push(await run(a.coordinator.acquire(`lock-${i}`)));
    for (const key of queueEntries()) etcd.deleteKey(key);
    const lost = () => locks.filter((lock) => lock.signal.aborted).length;
    const counts = [lost()];
    for (let renewals = 0; renewals < 3; renewals += 1) {
      await clock.advance(TTL_MS / 3);
      counts.push(lost());
    }
    assert.deepEqual(counts, [0, 100, 200, 250]);
  });

  it("ask nothing where nothing is held", async () => {
    const { clock, node, run } = createSimulation();
    const a = await node("a");
    const callsOfRenewal = async () => {
      const before = a.connection.attempts;
      await clock.advance(TTL_MS / 3);
      return a.connection.attempts - before;
    };
    const idle = await callsOfRenewal();
    const lock = await run(a.coordinator.acquire("volume"));
    assert.equal(await callsOfRenewal(), idle + 1);
    await run(lock.release());
    assert.equal(await callsOfRenewal(), idle);
  });

  it("take no lock from its holder because etcd did not answer, and go on later", async () => {
    const { clock, etcd, node, run, queueEntries } = createSimulation();
    const a = await node("a");
    const lock = await run(a.coordinator.acquire("volume"));
    await clock.advance(TTL_MS / 3 - 20);
    a.connection.network = "answers lost";
    await clock.advance(2_000);
    a.connection.network = "whole";
    await clock.advance(TTL_MS);
    lock.assertHeld();
    etcd.deleteKey(queueEntries()[0] as string);
    await clock.advance(RENEWAL_MS);
    assert.equal(lock.held, false);
  });
});
