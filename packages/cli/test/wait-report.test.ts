import assert from "node:assert/strict";
import sinon from "sinon";
import { createWaitReport } from "../dist/lock/wait-report.js";

describe("the report of a wait", () => {
  let timers: sinon.SinonFakeTimers;
  let told: string[];
  beforeEach(() => {
    timers = sinon.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    told = [];
  });
  afterEach(() => timers.restore());

  const tell = (text: string): void => void told.push(text);

  it("comes after a second, with who is in the way then", () => {
    using report = createWaitReport(tell);
    report.onBlocked("a");
    timers.tick(500);
    report.onBlocked("b");
    assert.deepEqual(told, []);
    timers.tick(500);
    assert.deepEqual(told, ["waiting: b"]);
  });

  it("comes once for each change", () => {
    using report = createWaitReport(tell);
    timers.tick(1_000);
    for (const blockedBy of ["a", "a", "b", "b"]) report.onBlocked(blockedBy);
    assert.deepEqual(told, ["waiting: a", "waiting: b"]);
  });

  it("does not come any more once the wait is over", () => {
    const report = createWaitReport(tell);
    report.onBlocked("a");
    report[Symbol.dispose]();
    timers.tick(5_000);
    assert.deepEqual(told, []);
  });
});
