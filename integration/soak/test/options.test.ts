import assert from "node:assert/strict";
import { parseOptions, UsageError } from "../src/options.js";

describe("options of the soak", () => {
  it("have defaults", () => {
    const { help: _, ...options } = parseOptions([]);
    assert.deepEqual(options, { seconds: 600, locks: 10_000, waiters: 500, leak: false, json: false });
  });

  it("take no waiters", () => {
    assert.equal(parseOptions(["--waiters", "0", "--locks", "1"]).waiters, 0);
  });

  for (const args of [
    ["--seconds", "4"],
    ["--seconds", "1e2"],
    ["--locks", "0"],
    ["--locks", ""],
    ["--waiters", "-1"],
    ["--locks", "10", "--waiters", "21"],
    ["--leek"],
    ["more"],
  ]) {
    it(`refuse ${args.join(" ")}`, () => {
      assert.throws(() => parseOptions(args), UsageError);
    });
  }
});
