import assert from "node:assert/strict";
import { parseOptions, USAGE, UsageError } from "../dist/options.js";
import { scenarios } from "../dist/scenarios/all.js";

describe("parseOptions", () => {
  it("runs everything in both modes by default", () => {
    const options = parseOptions([]);
    assert.deepEqual(options.scenarios, scenarios);
    assert.deepEqual(options.modes, ["disk", "no fsync"]);
    assert.equal(options.runs, 1);
    assert.equal(options.quick || options.json || options.write || options.help, false);
  });

  it("takes scenarios in their own order, and one mode", () => {
    const options = parseOptions(["--scenarios", "C,A", "--mode", "no-fsync", "--runs", "3", "--quick"]);
    assert.equal(options.runs, 3);
    assert.deepEqual(
      options.scenarios.map(({ id }) => id),
      ["A", "C"],
    );
    assert.deepEqual(options.modes, ["no fsync"]);
    assert.equal(options.quick, true);
  });

  for (const args of [
    ["--scenarios", "A,Z"],
    ["--scenarios", ""],
    ["--mode", "ssd"],
    ["--runs", "0"],
    ["--fast"],
    ["A"],
  ]) {
    it(`refuses ${args.join(" ")}`, () => {
      assert.throws(() => parseOptions(args), UsageError);
    });
  }
});

describe("the usage", () => {
  it("lists every scenario", () => {
    for (const { id, title } of scenarios) assert.ok(USAGE.includes(`\n  ${id}  ${title}`));
  });
});

describe("the scenarios", () => {
  it("have a letter each, in order", () => {
    assert.equal(scenarios.map(({ id }) => id).join(""), "ABCDEFGHIJ");
  });

  it("show what their targets are about", () => {
    for (const { id, metrics, targets } of scenarios) {
      for (const { title, value } of targets) assert.ok(metrics.includes(value.metric), `${id}: ${title}`);
    }
  });
});
