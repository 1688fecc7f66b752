import assert from "node:assert/strict";
import { findEarlyRevocations } from "../src/early-revocations.js";

describe("early revocations", () => {
  it("are the ends of sessions right after a leader went on", () => {
    const end = (seenMs: number) => ({ worker: "w1", revision: 7n, seenMs });
    const found = findEarlyRevocations([end(999), end(1_100), end(3_001)], [1_000]);
    assert.deepEqual(found, [{ what: "lease", worker: "w1", revision: 7n, fromMs: 1_000, untilMs: 4_100 }]);
  });
});
