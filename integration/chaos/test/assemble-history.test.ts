import assert from "node:assert/strict";
import { checkHistory, type HistoryEvent } from "@fenceline/testing";
import { assembleHistory } from "../src/assemble-history.js";
import type { Break } from "../src/breaks.js";

const lock = "global:volume-1";
const kindsAt = (events: readonly HistoryEvent[]) => events.map(({ kind, ms }) => `${kind} ${ms}`);

/** A worker that asks, holds from `grantedMs` and notices the end at `endMs`. */
function hold(worker: string, revision: bigint, grantedMs: number, endMs: number): HistoryEvent[] {
  const of = { worker, lock, operation: `${worker}-1` };
  return [
    { kind: "invoke", ...of, call: "acquire", ms: 0 },
    { kind: "granted", ...of, token: revision << 20n, ms: grantedMs },
    { kind: "belief-ended", ...of, why: "aborted", ms: endMs },
  ];
}

/** What the checker says of two holders at once. */
const twoHolders = ["exclusion", "linearizability"];

function check(breaks: readonly Break[], firstEndMs: number): readonly string[] {
  const events = [...hold("w1", 5n, 10, firstEndMs), ...hold("w2", 6n, 110, 200)];
  const { violations } = checkHistory(assembleHistory(events, breaks), { ttlMs: 3_000, isOneOfMany: true });
  return violations.map((violation) => violation.check);
}

describe("history of a chaos run", () => {
  it("joins pauses of a worker that overlap, and tells workers apart", () => {
    const pause = (kind: "pause" | "resume", ms: number, worker = "w1"): HistoryEvent => ({
      kind,
      ms,
      worker,
    });
    const events = assembleHistory(
      [
        pause("pause", 10),
        pause("resume", 50),
        pause("pause", 20),
        pause("resume", 60),
        pause("pause", 55, "w2"),
        pause("pause", 70),
        pause("resume", 80),
      ],
      [],
    );
    assert.deepEqual(kindsAt(events), ["pause 10", "pause 55", "resume 60", "pause 70", "resume 80"]);
  });

  it("joins outages that overlap", () => {
    const away = (ms: number): HistoryEvent => ({ kind: "etcd-unavailable", ms });
    const back = (ms: number): HistoryEvent => ({ kind: "etcd-available", ms });
    const events = assembleHistory([away(1), away(2), back(3), back(4), away(5)], []);
    assert.deepEqual(kindsAt(events), ["etcd-unavailable 1", "etcd-available 4", "etcd-unavailable 5"]);
  });

  it("leaves out an entry in a queue that was seen when its operation was over", () => {
    const of = { worker: "w1", lock, operation: "w1-1" };
    const queued = (ms: number): HistoryEvent => ({ kind: "queued", ...of, createRevision: 5n, ms });
    const events = assembleHistory(
      [
        { kind: "invoke", ...of, call: "acquire", ms: 1 },
        queued(2),
        { kind: "fail", ...of, call: "acquire", ms: 3 },
        queued(4),
      ],
      [],
    );
    assert.deepEqual(kindsAt(events), ["invoke 1", "queued 2", "fail 3"]);
  });

  it("takes the place of a grant in the queue from the entry that was seen", () => {
    const of = { worker: "w1", lock, operation: "w1-1" };
    const queued: HistoryEvent = { kind: "queued", ...of, createRevision: 3n, ms: 20 };
    const events = assembleHistory([...hold("w1", 5n, 10, 50), queued], []);
    assert.equal(events.find((event) => event.kind === "granted")?.createRevision, 3n);
  });

  it("does not blame on the lock that an entry was handed on which an operator deleted", () => {
    const gone: Break = { what: "entry", lock, operation: "w1-1", fromMs: 90, untilMs: 3_090 };
    const next = hold("w1", 5n, 85, 150).map((event) => ({ ...event, operation: "w1-2" }) as HistoryEvent);
    const turn = next.map((event) =>
      event.kind === "granted" ? { ...event, token: event.token + 1n } : event,
    );
    const events = [...hold("w1", 5n, 10, 80), ...turn, ...hold("w2", 6n, 110, 200)];
    const { violations } = checkHistory(assembleHistory(events, [gone]), { ttlMs: 3_000, isOneOfMany: true });
    assert.deepEqual(violations, []);
  });

  it("blames two holders at once on the lock", () => {
    assert.deepEqual(check([], 150), twoHolders);
  });

  it("does not blame them on it when an operator deleted the entry of the first", () => {
    const gone: Break = { what: "entry", lock, operation: "w1-1", fromMs: 90, untilMs: 3_090 };
    assert.deepEqual(check([gone], 150), []);
    assert.deepEqual(check([{ ...gone, operation: "w1-0" }], 150), twoHolders, "another entry");
  });

  it("does not blame them on it when an operator revoked the lease of the first", () => {
    const gone: Break = { what: "lease", worker: "w1", revision: 5n, fromMs: 90, untilMs: 3_090 };
    assert.deepEqual(check([gone], 150), []);
    assert.deepEqual(check([{ ...gone, revision: 4n }], 150), twoHolders, "a session after that one");
  });

  it("blames them on it when the first did not notice in time", () => {
    const gone: Break = { what: "lease", worker: "w1", revision: 5n, fromMs: 90, untilMs: 140 };
    assert.deepEqual(check([gone], 150), twoHolders);
  });
});
