import assert from "node:assert/strict";
import { Measurements } from "../dist/demo/measurements.js";
import { type Findings, summarize } from "../dist/demo/report.js";
import { formatSummary } from "../dist/demo/report-text.js";

const refused = { user: "volume-c", resource: "array-1", token: "1", newest: "2" };
const clean = { name: "array-1", overlaps: 0, damage: {}, refused: [refused] };
const broken = { ...clean, overlaps: 2, damage: { "duplicate host": 1 }, refused: [] };

/** What is found when all goes well. */
function findings(changes: Partial<Findings> = {}): Findings {
  const measurements = new Measurements();
  measurements.done("attach", 12);
  return {
    locked: true,
    measurements,
    arrays: [clean],
    attached: 1,
    attachmentsLost: 0,
    ttlMs: 3_000,
    killToNextGrantMs: 2_900,
    lateWriteRefused: true,
    resumedNodeWorks: true,
    ...changes,
  };
}

describe("summarize", () => {
  it("is ok when every promise held", () => {
    const summary = summarize(findings());
    assert.equal(summary.ok, true);
    assert.equal(summary.operations, 1);
    assert.equal(summary.staleWritesRefused, 1);
    assert.equal(summary.killToNextGrantMs, 2_900);
  });

  const failed = new Measurements();
  failed.failed("clone");
  const cases: readonly [what: string, changes: Partial<Findings>][] = [
    ["an overlap", { arrays: [clean, broken] }],
    ["no late write that was refused", { lateWriteRefused: false }],
    ["a lock that came free too late", { killToNextGrantMs: 4_001 }],
    ["a lock that never came free", { killToNextGrantMs: undefined }],
    ["a resumed node that does nothing", { resumedNodeWorks: false }],
    ["an operation that no node could do", { measurements: failed }],
    ["an attachment that is not there", { attachmentsLost: 1 }],
  ];
  for (const [what, changes] of cases) {
    it(`is not ok with ${what}, and names one promise`, () => {
      const summary = summarize(findings(changes));
      assert.equal(summary.ok, false);
      assert.equal(summary.promises.filter((promise) => !promise.ok).length, 1);
      assert.match(formatSummary(summary), /^FAILED {2}/m);
    });
  }

  it("is ok without locks when overlaps were shown, and only then", () => {
    const shown = summarize(findings({ locked: false, arrays: [broken] }));
    assert.equal(shown.ok, true);
    assert.match(formatSummary(shown), /2 writes landed in the middle/);
    const notShown = summarize(findings({ locked: false, arrays: [clean] }));
    assert.equal(notShown.ok, false);
    assert.match(formatSummary(notShown), /No overlap this time/);
  });

  it("adds up the damage of all arrays", () => {
    const summary = summarize(findings({ locked: false, arrays: [broken, broken] }));
    assert.deepEqual(summary.damage, { "duplicate host": 2 });
    assert.equal(summary.overlaps, 4);
  });
});
