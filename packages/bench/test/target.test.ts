import assert from "node:assert/strict";
import { createResults, type Results } from "../dist/measure/results.js";
import { judge, type Target } from "../dist/measure/target.js";

const ratio: Target = {
  title: "time, to the floor's",
  value: { metric: "pairP50Ms", peer: "fenceline", point: "p" },
  to: { metric: "pairP50Ms", peer: "floor", point: "p" },
  direction: "at most",
  limit: 1.1,
};

function resultsOf(ours: readonly number[], floor: readonly number[]): Results {
  const results = createResults();
  for (const pairP50Ms of ours) results.add("p", "fenceline", { pairP50Ms });
  for (const pairP50Ms of floor) results.add("p", "floor", { pairP50Ms });
  return results;
}

describe("judge", () => {
  it("compares the rounds with each other, not the medians", () => {
    // The machine is slower from round to round; in each, ours takes as long as the floor.
    const { measured, holds } = judge(ratio, resultsOf([1, 5, 9], [1, 5, 9]));
    assert.deepEqual({ measured, holds }, { measured: 1, holds: true });
    // The median of the ratios 4, 1 and 1/4; that of the values would be 2 to 2.
    assert.equal(judge(ratio, resultsOf([4, 2, 1], [1, 2, 4])).measured, 1);
    assert.equal(judge(ratio, resultsOf([2, 1, 3], [1, 2, 1])).measured, 2);
  });

  it("tells by which factor a target is missed, in either direction", () => {
    const missed = judge(ratio, resultsOf([2.2], [1]));
    assert.equal(missed.holds, false);
    assert.equal(missed.missedBy, 2);
    const atLeast = judge({ ...ratio, direction: "at least", limit: 3 }, resultsOf([1], [1]));
    assert.equal(atLeast.holds, false);
    assert.equal(atLeast.missedBy, 3);
  });

  it("holds at the limit itself", () => {
    assert.equal(judge({ ...ratio, limit: 2 }, resultsOf([2], [1])).holds, true);
    assert.equal(judge({ ...ratio, direction: "at least", limit: 2 }, resultsOf([2], [1])).holds, true);
    assert.equal(judge({ ...ratio, limit: 2 }, resultsOf([2], [1])).missedBy, undefined);
  });

  it("takes a value as it is where there is nothing to compare it with", () => {
    const { to: _, ...value } = ratio;
    assert.equal(judge(value, resultsOf([1, 3, 2], [])).measured, 2);
  });

  it("neither holds nor misses what was not measured", () => {
    const none = { measured: undefined, holds: undefined, missedBy: undefined };
    assert.deepEqual(judge(ratio, resultsOf([1], [])), { target: ratio, ...none });
    assert.deepEqual(judge(ratio, resultsOf([], [1])), { target: ratio, ...none });
    assert.deepEqual(
      judge({ ...ratio, value: { ...ratio.value, metric: "calls" } }, resultsOf([1], [1])).holds,
      undefined,
    );
  });
});
