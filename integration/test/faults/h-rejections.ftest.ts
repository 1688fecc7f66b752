import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";

/**
 * Mocha lets rejections that nobody handles pass without a word, and emits them a second time. Worker processes end
 * with an error by themselves.
 */
const unhandled = new Map<unknown, string>();
let running = "before the first test";

const note = (reason: unknown, promise: unknown): void => {
  unhandled.set(promise, `in "${running}": ${reason instanceof Error ? reason.stack : reason}`);
};
const takeNotes = async (): Promise<string[]> => {
  await setImmediate();
  const notes = [...unhandled.values()];
  unhandled.clear();
  return notes;
};

before(() => process.on("unhandledRejection", note));
beforeEach(function () {
  running = this.currentTest?.fullTitle() ?? "";
});
afterEach(async function () {
  // A test that has failed has left behind what it had not come to wait for.
  if (this.currentTest?.state === "failed") await takeNotes();
});
after("H3 no rejection was left unhandled by any test", async () => {
  assert.deepEqual(await takeNotes(), []);
  process.off("unhandledRejection", note);
});

describe("rejections that nobody handles", () => {
  it("H3 are noticed in every test of the suite", async () => {
    assert.deepEqual(await takeNotes(), [], "of the tests so far");
    void Promise.reject(new Error("on purpose"));
    const notes = await takeNotes();
    assert.equal(notes.length, 1);
    assert.match(notes[0] ?? "", /^in ".*H3 are noticed.*": Error: on purpose/);
  });
});
