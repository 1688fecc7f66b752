import assert from "node:assert/strict";
import fc from "fast-check";
import { nextCount } from "../dist/fencing/hybrid-counter.js";

const wallMs = fc.double({ min: 0, max: 8.64e15 / 1000, noNaN: true });

describe("nextCount", () => {
  it("grows with every call, wherever the wall clock goes", () => {
    fc.assert(
      fc.property(fc.array(wallMs, { minLength: 2 }), (readings) => {
        let last = 0n;
        for (const reading of readings) {
          const next = nextCount(last, reading);
          assert.ok(next > last || last === 0n);
          last = next;
        }
      }),
    );
  });

  it("starts at the wall clock in microseconds when the last count is not known", () => {
    assert.equal(nextCount(0n, 1_767_225_600_123.4), 1_767_225_600_123_400n);
  });

  it("counts on by one while the wall clock stands still or goes back", () => {
    const first = nextCount(0n, 1_000_000);
    assert.equal(nextCount(first, 1_000_000), first + 1n);
    assert.equal(nextCount(first, 5), first + 1n);
  });

  it("goes on above everything given out before, after the count was lost a millisecond later", () => {
    let last = nextCount(0n, 1_000_000);
    for (let grant = 0; grant < 999; grant++) last = nextCount(last, 1_000_000);
    assert.ok(nextCount(0n, 1_000_001) > last);
  });

  it("throws at the largest token instead of starting again", () => {
    assert.throws(() => nextCount(2n ** 63n - 1n, 0), { code: "invalid_argument" });
  });
});
