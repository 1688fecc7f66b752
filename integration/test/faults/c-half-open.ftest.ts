import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Coordinator } from "@fenceline/core";
import { FAST, hold, type Lab, openLab } from "./lab.js";

/** As when a firewall has been restarted: no connection of before carries anything, and each new one does. */
describe("C4: no connection of before carries anything, and nobody is told", function () {
  this.timeout(30_000);
  const ttlMs = 3_000;

  async function freezeUnder(lab: Lab, visit: (coordinator: Coordinator) => Promise<void>): Promise<void> {
    const hosts = lab.links.map(({ endpoint }) => endpoint);
    const [a, b] = [await lab.connect({ hosts, ttlMs }), await lab.connect({ hosts, ttlMs })];
    for (const coordinator of [a, b]) await visit(coordinator);
    const { assertKept } = await hold(a, "volume");
    for (const link of lab.links) link.freeze();
    const frozenAt = performance.now();
    const back = b.withLock("another", { timeoutMs: 10_000 }, () => performance.now());
    await sleep(ttlMs + 500);
    assertKept();
    // One attempt is given up after 750 ms.
    const backMs = Math.round((await back) - frozenAt);
    assert.ok(backMs <= 750 + 1_000, `back after ${backMs} ms`);
    for (const link of lab.links) link.reset();
    await lab.assertNothingLeft();
  }

  it("C4 half-open connections to the only member: the lock is kept, and acquires go on within a second", async () => {
    await using lab = await openLab(FAST);
    await freezeUnder(lab, async () => {});
  });

  it("C4 half-open connections to all members: the lock is kept, and acquires go on within a second", async () => {
    await using lab = await openLab({ members: 3, ...FAST });
    await freezeUnder(lab, async (coordinator) => {
      // It leaves a member that does not answer, and is connected to all in the end.
      for (const link of lab.links) {
        link.cut();
        await coordinator.withLock("another", { timeoutMs: 5_000 }, () => {});
        link.heal();
      }
    });
  });
});
