import assert from "node:assert/strict";
import { findEarlyRevocations, revokesEarly } from "../src/early-revocations.js";

describe("early revocations", () => {
  it("are known of etcd before 3.4.31 and 3.5.13", () => {
    for (const version of ["3.3.27", "3.4.23", "3.4.30", "3.5.0", "3.5.12"]) {
      assert.equal(revokesEarly(version), true, version);
    }
    for (const version of ["3.4.31", "3.4.45", "3.5.13", "3.5.16", "3.6.0", "4.0.0"]) {
      assert.equal(revokesEarly(version), false, version);
    }
  });

  it("are the ends of sessions right after a leader went on", () => {
    const end = (seenMs: number) => ({ worker: "w1", revision: 7n, seenMs });
    const found = findEarlyRevocations([end(999), end(1_100), end(3_001)], [1_000]);
    assert.deepEqual(found, [{ what: "lease", worker: "w1", revision: 7n, fromMs: 1_000, untilMs: 4_100 }]);
  });
});
