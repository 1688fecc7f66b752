import assert from "node:assert/strict";
import { median, summarize } from "../dist/measure/statistics.js";

describe("median", () => {
  it("is the middle one, in whatever order they come", () => {
    assert.equal(median([9, 1, 5]), 5);
  });

  it("is the mean of the middle two of an even number", () => {
    assert.equal(median([10, 1, 2, 4]), 3);
  });

  it("orders by size and not by digits", () => {
    assert.equal(median([100, 20, 3]), 20);
  });

  it("is not a number of nothing", () => {
    assert.ok(Number.isNaN(median([])));
  });
});

describe("summarize", () => {
  it("tells how far the rounds are apart, to their median", () => {
    assert.deepEqual(summarize([90, 100, 120]), { median: 100, min: 90, max: 120, spread: 0.3, rounds: 3 });
  });

  it("has nothing to tell of no rounds, or of a round without a number", () => {
    assert.equal(summarize([]), undefined);
    assert.equal(summarize([1, Number.NaN]), undefined);
  });

  it("has no spread around zero", () => {
    assert.equal(summarize([0, 0, 1])?.spread, 0);
  });
});
