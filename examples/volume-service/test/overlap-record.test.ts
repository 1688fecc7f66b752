import assert from "node:assert/strict";
import { OverlapRecord } from "../dist/arrays/overlap-record.js";

describe("OverlapRecord", () => {
  const a = { user: "a" };
  const b = { user: "b" };

  it("records a write that another caller's write came before", () => {
    const record = new OverlapRecord();
    record.read(a, "host");
    record.read(b, "host");
    assert.equal(record.write(a, "host"), false);
    assert.equal(record.write(b, "host"), true);
    assert.deepEqual(record.overlaps, [{ object: "host", writer: "b", intruder: "a" }]);
  });

  it("records an intruder between two writes of a caller that has looked again in between", () => {
    const record = new OverlapRecord();
    record.write(a, "host");
    record.write(b, "host");
    record.read(a, "host");
    assert.equal(record.write(a, "host"), true);
  });

  it("records one intrusion once", () => {
    const record = new OverlapRecord();
    record.read(a, "host");
    record.write(b, "host");
    record.write(a, "host");
    record.write(a, "host");
    assert.equal(record.overlaps.length, 1);
  });

  it("records nothing of callers that come one after the other", () => {
    const record = new OverlapRecord();
    for (const caller of [a, b]) {
      record.read(caller, "host");
      record.write(caller, "host");
      record.write(caller, "host");
    }
    assert.deepEqual(record.overlaps, []);
  });

  it("records nothing of callers that overlap on different objects", () => {
    const record = new OverlapRecord();
    record.read(a, "host 1");
    record.read(b, "host 2");
    record.write(a, "host 1");
    record.write(b, "host 2");
    assert.deepEqual(record.overlaps, []);
  });

  it("records nothing of a caller that only looks", () => {
    const record = new OverlapRecord();
    record.read(a, "host");
    record.write(b, "host");
    record.read(a, "host");
    assert.deepEqual(record.overlaps, []);
  });
});
