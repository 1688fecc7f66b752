import assert from "node:assert/strict";
import { type FaultKind, faultKinds, faultNames } from "../src/fault-kinds.js";
import { planFaults } from "../src/schedule.js";

const options = { seed: 7, seconds: 300, nodes: 5, kinds: faultNames };

describe("schedule of faults", () => {
  it("is the same for the same seed, and another for another", () => {
    assert.deepEqual(planFaults(options), planFaults({ ...options }));
    assert.notDeepEqual(planFaults(options), planFaults({ ...options, seed: 8 }));
  });

  it("has every kind of fault within a run of five minutes", () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const planned = planFaults({ ...options, seed }).flat();
      assert.deepEqual(new Set(planned.map(({ kind }) => kind)), new Set(faultNames));
    }
  });

  it("injects faults alone and in pairs that act on different things, at different workers", () => {
    const steps = planFaults(options);
    const pairs = steps.filter(({ length }) => length === 2);
    assert.ok(steps.some(({ length }) => length === 1) && pairs.length > 0);
    for (const [first, second] of pairs) {
      assert.ok(first && second);
      assert.notEqual(faultKinds[first.kind].group, faultKinds[second.kind].group);
      assert.notEqual(first.worker, second.worker);
    }
  });

  it("lets a step end before the next begins, and all before the run does", () => {
    let endMs = 0;
    for (const step of planFaults(options)) {
      for (const fault of step) assert.ok(fault.startMs > endMs);
      endMs = Math.max(...step.map(({ durationMs, startMs }) => startMs + durationMs));
    }
    assert.ok(endMs < options.seconds * 1_000);
  });

  it("uses only the kinds that were asked for, and goes on to the end with them", () => {
    const kinds: FaultKind[] = ["leader-kill", "member-kill"];
    const steps = planFaults({ ...options, kinds });
    assert.ok(
      steps.every(({ length }) => length === 1),
      "two faults of members at once",
    );
    assert.ok(steps.length > 20);
    assert.deepEqual(new Set(steps.flat().map(({ kind }) => kind)), new Set(kinds));
  });

  it("begins with the faults that have to come, however short the run", () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const [first] = planFaults({ ...options, seed, seconds: 20, firstFaults: ["worker-pause"] }).flat();
      assert.equal(first?.kind, "worker-pause");
    }
  });

  it("lets a kind of fault last as long as is asked for", () => {
    const kinds: FaultKind[] = ["worker-pause", "leader-kill"];
    const planned = planFaults({ ...options, kinds, lastsMs: { "worker-pause": [9_000, 9_100] } }).flat();
    for (const { durationMs, kind } of planned) assert.equal(durationMs >= 9_000, kind === "worker-pause");
  });

  it("names each fault differently", () => {
    const ids = planFaults({ ...options, seconds: 3_600 })
      .flat()
      .map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });
});
