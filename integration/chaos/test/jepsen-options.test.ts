import assert from "node:assert/strict";
import { parseOptions, USAGE } from "../src/jepsen/options.js";
import { workloadNames } from "../src/jepsen/workloads.js";
import { UsageError } from "../src/usage.js";

const parse = (...args: string[]) => parseOptions(args, () => 42);

describe("options of the Jepsen workloads", () => {
  it("have defaults, and a fresh seed", () => {
    const { nodes, seconds, seed, workloads } = parse();
    assert.deepEqual({ nodes, seconds, seed }, { nodes: 5, seconds: 60, seed: 42 });
    assert.deepEqual(workloads, workloadNames);
  });

  it("take one workload by name", () => {
    assert.deepEqual(parse("--workload", "lock-set").workloads, ["lock-set"]);
  });

  for (const args of [
    ["--workload", "locks"],
    ["--workload", ""],
    ["--seconds", "19"],
    ["--seed", "x"],
    ["y"],
  ]) {
    it(`refuse ${args.join(" ")}`, () => {
      assert.throws(() => parse(...args), UsageError);
    });
  }

  it("name all workloads in the help", () => {
    for (const name of workloadNames) assert.ok(USAGE.includes(name), name);
  });
});
