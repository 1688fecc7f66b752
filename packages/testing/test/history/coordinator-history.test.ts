import assert from "node:assert/strict";
import type { Lock } from "@fenceline/core";
import { checkHistory, type HistoryEvent } from "@fenceline/testing";
import { createSimulation, type SimulatedNode, TTL_MS } from "../simulation/simulation.js";

describe("The history of real coordinators", () => {
  const { clock, node, queueEntries, run } = createSimulation();
  const events: HistoryEvent[] = [];

  function of(worker: string, operation: string) {
    return { worker, operation, lock: "a", ms: clock.now() };
  }

  async function acquire({ coordinator }: SimulatedNode, worker: string, operation: string): Promise<Lock> {
    events.push({ kind: "invoke", call: "acquire", ...of(worker, operation) });
    const lock = await coordinator.acquire("a");
    events.push({ kind: "granted", token: lock.token, ...of(worker, operation) });
    lock.signal.addEventListener("abort", () =>
      events.push({ kind: "belief-ended", why: "aborted", ...of(worker, operation) }),
    );
    return lock;
  }

  async function release(lock: Lock, worker: string, operation: string): Promise<void> {
    events.push({ kind: "belief-ended", why: "released", ...of(worker, operation) });
    events.push({ kind: "invoke", call: "release", ...of(worker, operation) });
    await lock.release();
    events.push({ kind: "ok", call: "release", ...of(worker, operation) });
  }

  function write(worker: string, token: bigint, accepted: boolean): void {
    const ms = clock.now();
    events.push({ kind: "effect", lock: "a", worker, token, accepted, beginMs: ms, ms });
  }

  it("passes when a holder is cut off and told, and would not if it were never told", async () => {
    const a = await node("a");
    const b = await node("b");
    const first = await run(acquire(a, "a", "a-1"));
    const waiting = acquire(b, "b", "b-1");
    a.connection.network = "requests lost";
    const second = await run(waiting);
    events.push({ kind: "session-ended", how: "expired", worker: "a", ms: clock.now() });
    write("b", second.token, true);
    write("a", first.token, false);
    await run(release(second, "b", "b-1"));
    events.push({
      kind: "entries-left",
      ms: clock.now(),
      entries: queueEntries().map((key) => ({ lock: "a", key })),
    });
    const { ok, violations, void: why } = checkHistory(events, { ttlMs: TTL_MS });
    assert.deepEqual({ ok, violations, why }, { ok: true, violations: [], why: undefined });

    const untold = events.filter((event) => event.kind !== "belief-ended" || event.why !== "aborted");
    assert.deepEqual(
      checkHistory(untold, { ttlMs: TTL_MS }).violations.map(({ check }) => check),
      ["exclusion"],
    );
  });
});
