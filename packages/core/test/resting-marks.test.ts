import assert from "node:assert/strict";
import type { Clock } from "../dist/clock.js";
import type { KeyValue } from "../dist/etcd/port.js";
import { RestingMarks } from "../dist/recipes/resting-marks.js";

const mark = (key: string, modRevision = 1n): KeyValue => ({
  key,
  value: Buffer.from(""),
  createRevision: 1n,
  modRevision,
  lease: 0n,
});

describe("RestingMarks", () => {
  let nowMs = 0;
  const clock = { now: () => nowMs } as Clock;
  const note = (marks: RestingMarks, seen: KeyValue): void =>
    marks.note({ key: seen.key, mark: seen, isFree: true });

  it("counts from when a mark was first seen, and anew for another one", () => {
    const marks = new RestingMarks(clock);
    for (const [seen, atMs] of [
      [mark("a"), 0],
      [mark("a"), 60],
    ] as const) {
      nowMs = atMs;
      note(marks, seen);
    }
    nowMs = 99;
    assert.equal(marks.rested("a", 100), undefined);
    nowMs = 100;
    assert.equal(marks.rested("a", 100)?.modRevision, 1n);
    note(marks, mark("a", 2n));
    assert.equal(marks.rested("a", 100), undefined);
    nowMs = 200;
    assert.equal(marks.rested("a", 100)?.modRevision, 2n);
  });

  it("keeps 10,000 marks and forgets those that it has known longest", () => {
    const marks = new RestingMarks(clock);
    for (let i = 0; i < 10_001; i += 1) note(marks, mark(`mark-${i}`));
    assert.equal(marks.rested("mark-0", 0), undefined);
    assert.ok(marks.rested("mark-1", 0));
    assert.ok(marks.rested("mark-10000", 0));
  });
});
