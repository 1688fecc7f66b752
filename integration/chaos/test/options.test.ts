import assert from "node:assert/strict";
import { faultNames } from "../src/fault-kinds.js";
import { parseOptions, USAGE } from "../src/options.js";
import { UsageError } from "../src/usage.js";

const parse = (...args: string[]) => parseOptions(args, () => 42);

describe("options of the chaos runner", () => {
  it("have defaults, and a fresh seed", () => {
    const { faults, nodes, seconds, seed, unfenced } = parse();
    assert.deepEqual(
      { nodes, seconds, seed, unfenced },
      { nodes: 5, seconds: 120, seed: 42, unfenced: false },
    );
    assert.deepEqual(faults, faultNames);
  });

  it("take a seed of 0 as it is", () => {
    assert.equal(parse("--seed", "0").seed, 0);
  });

  it("take a wire format, or both", () => {
    assert.deepEqual(parse().wire, ["etcd"]);
    assert.deepEqual(parse("--wire", "cinder").wire, ["cinder"]);
    assert.deepEqual(parse("--wire", "both").wire, ["cinder", "etcd"]);
  });

  it("take kinds of faults by name", () => {
    assert.deepEqual(parse("--faults", "worker-kill,leader-pause").faults, ["worker-kill", "leader-pause"]);
  });

  for (const args of [
    ["--seconds", "19"],
    ["--seconds", "1e2"],
    ["--seed", "-1"],
    ["--seed", "4294967296"],
    ["--nodes", "1"],
    ["--nodes", ""],
    ["--faults", "worker-kil"],
    ["--faults", ""],
    ["--history", ""],
    ["--wire", "tooz"],
    ["--wire", "toString"],
    ["--what"],
    ["more"],
  ]) {
    it(`refuse ${args.join(" ")}`, () => {
      assert.throws(() => parse(...args), UsageError);
    });
  }

  it("are all in the help, and so are the kinds of faults", () => {
    for (const name of faultNames) assert.ok(USAGE.includes(name), name);
  });
});
