import assert from "node:assert/strict";
import type { Interceptor, Operation } from "@fenceline/core";
import { createSimulation } from "./simulation.js";

/** Throws in the call itself, not in a promise, at one kind of operation. */
const throwAt =
  (kind: Operation["kind"]): Interceptor =>
  (operation, next) => {
    if (operation.kind === kind) throw new Error("a broken interceptor");
    return next();
  };

describe("interceptors", () => {
  it("cannot keep a lock by throwing at its release", async () => {
    const { node, run, queueEntries } = createSimulation();
    const a = await node("a", { interceptors: [throwAt("release")] });
    const lock = await run(a.coordinator.acquire("volume"));
    await run(lock.release());
    assert.deepEqual(queueEntries(), []);
  });

  it("cannot keep a lock by not going on at its release", async () => {
    const { node, run, queueEntries } = createSimulation();
    const a = await node("a", {
      interceptors: [async (operation, next) => (operation.kind === "release" ? undefined : next())],
    });
    const lock = await run(a.coordinator.acquire("volume"));
    await run(lock.release());
    assert.deepEqual(queueEntries(), []);
  });

  it("cannot hide a lock from its holder by throwing at the hold", async () => {
    const { node, run } = createSimulation();
    const a = await node("a", { interceptors: [throwAt("hold")] });
    const lock = await run(a.coordinator.acquire("volume"));
    lock.assertHeld();
  });
});
