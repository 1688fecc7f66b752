import assert from "node:assert/strict";
import { Measurements, percentile } from "../dist/demo/measurements.js";

describe("percentile", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

  it("takes the smallest value that so many are not above", () => {
    assert.equal(percentile(hundred, 50), 50);
    assert.equal(percentile(hundred, 99), 99);
    assert.equal(percentile([1, 2, 3], 50), 2);
    assert.equal(percentile([1, 2, 3], 99), 3);
  });

  it("is 0 of nothing", () => {
    assert.equal(percentile([], 99), 0);
  });
});

describe("Measurements", () => {
  it("counts each kind on its own and all together", () => {
    const measurements = new Measurements();
    measurements.done("attach", 30);
    measurements.done("attach", 10);
    measurements.done("create", 5);
    measurements.retried("attach");
    measurements.failed("clone");
    assert.deepEqual(measurements.summary(["attach"]), {
      count: 2,
      p50Ms: 10,
      p99Ms: 30,
      retried: 1,
      failed: 0,
    });
    assert.deepEqual(measurements.summary(), { count: 3, p50Ms: 10, p99Ms: 30, retried: 1, failed: 1 });
  });
});
