import assert from "node:assert/strict";
import type { HistoryEvent } from "@fenceline/testing";
import { countPausedPastLease } from "../src/jepsen/paused-past-lease.js";

/** Stopped from 2 to 8; its lease ends at 5. */
const events: readonly HistoryEvent[] = [
  { kind: "pause", ms: 2, worker: "w1" },
  { kind: "session-ended", ms: 5, worker: "w1", how: "expired" },
  { kind: "resume", ms: 8, worker: "w1" },
];

describe("leases that end while a worker stands still", () => {
  it("are counted, in whatever order the events come", () => {
    assert.equal(countPausedPastLease(events.toReversed()), 1);
  });

  it("are not those that end before, after, elsewhere, or by a revocation", () => {
    const ended = { kind: "session-ended", worker: "w1", how: "expired", ms: 5 } as const;
    const changes = [{ ms: 1 }, { ms: 9 }, { worker: "w2" }, { how: "revoked" as const }];
    for (const change of changes) {
      const changed = events.map((event) =>
        event.kind === "session-ended" ? { ...ended, ...change } : event,
      );
      assert.equal(countPausedPastLease(changed), 0, JSON.stringify(change));
    }
  });
});
