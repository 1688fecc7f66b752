import assert from "node:assert/strict";
import type { SpanRecord } from "../dist/timeline/span-record.js";
import { createTimeline, type Timeline } from "../dist/timeline/timeline.js";
import { handover, holding, request } from "./span-records.js";

/** Bars by the ids of their spans. */
function barsOf(records: readonly SpanRecord[]): Map<string, Timeline["bars"][number]> {
  return new Map(createTimeline(records).bars.map((bar) => [bar.id, bar]));
}

describe("createTimeline", () => {
  it("gives each node a lane, and counts the time from the first request", () => {
    const { lanes, startMs, durationMs, bars } = createTimeline(handover);
    assert.deepEqual(
      lanes.map(({ node, locks }) => [node, locks.map(({ lock, rows }) => [lock, rows])]),
      [
        ["node-a", [["volume-7", 1]]],
        ["node-b", [["volume-7", 1]]],
      ],
    );
    assert.deepEqual([startMs, durationMs], [1_000, 150]);
    assert.deepEqual(
      bars.map(({ id, kind, row, start, end }) => [id, kind, row, start, end]),
      [
        ["a1", "wait", 0, 0, 1],
        ["a2", "hold", 0, 1, 100],
        ["b1", "wait", 1, 20, 102],
        ["b2", "hold", 1, 102, 150],
      ],
    );
  });

  it("draws an arrow from a waiter to the holding, when that one is over", () => {
    assert.deepEqual(createTimeline(handover).arrows, [{ wait: "b1", hold: "a2", at: 100 }]);
  });

  it("draws no arrow to a request that never held the lock", () => {
    const { arrows, waits } = createTimeline([request("a1", 0, 5, { blockedBy: ["gone"] })]);
    assert.deepEqual(arrows, []);
    assert.deepEqual(
      waits.map(({ waitedMs, behind }) => [waitedMs, behind]),
      [[5, undefined]],
    );
  });

  it("puts requests that overlap on rows of their own, and the next one on the first that is free", () => {
    const bars = barsOf([request("c", 10, 15), request("a", 0, 10), request("b", 5, 12)]);
    assert.deepEqual(
      ["a", "b", "c"].map((id) => bars.get(id)?.row),
      [0, 1, 0],
    );
  });

  it("lists the longest wait first, with the holding that was in the way for longest", () => {
    const { waits } = createTimeline([
      ...handover,
      request("c1", 1_030, 1_160, { node: "node-c", blockedBy: ["a2", "b2"] }),
    ]);
    assert.deepEqual(
      waits.map(({ record, waitedMs, behind, behindWaitedMs }) => [
        record.spanId,
        waitedMs,
        behind?.spanId,
        behindWaitedMs,
      ]),
      [
        ["c1", 130, "a2", 1],
        ["b1", 82, "a2", 1],
      ],
    );
  });

  it("tells a holding that was lost, and why", () => {
    const bar = barsOf([holding("a2", 0, 50, { outcome: "lost", lostReason: "lease_expired" })]).get("a2");
    assert.equal(bar?.kind, "lost");
    assert.match(bar.text, /held: 50 ms, lost: lease_expired/);
  });

  it("draws what a killed node held to the next grant of that lock, and as lost", () => {
    const next = { node: "node-b", names: ["volume-7"] };
    const bars = barsOf([
      holding("a2", 0, undefined),
      holding("other", 10, 20, { names: ["volume-8"] }),
      holding("b2", 90, 95, next),
    ]);
    assert.deepEqual([bars.get("a2")?.kind, bars.get("a2")?.end], ["lost", 90]);
  });

  it("ends a killed node's requests with the last sign of that node", () => {
    const { endMs: _, ...open } = request("a1", 0, 1);
    const bars = barsOf([open, request("a3", 20, 30), request("b1", 80, 90, { node: "node-b" })]);
    assert.equal(bars.get("a1")?.end, 30);
  });

  it("can be of nothing", () => {
    const nothing = { startMs: 0, durationMs: 0, lanes: [], bars: [], arrows: [], waits: [] };
    assert.deepEqual(createTimeline([]), nothing);
  });
});
