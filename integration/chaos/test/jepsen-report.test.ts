import assert from "node:assert/strict";
import { checkHistory, type HistoryEvent } from "@fenceline/testing";
import type { AddEvent } from "../src/jepsen/add-log.js";
import { checkSet } from "../src/jepsen/check-set.js";
import { parseOptions } from "../src/jepsen/options.js";
import { createReport, createWorkloadReport, exitCodeOf, formatReport } from "../src/jepsen/report.js";
import type { WorkloadResult } from "../src/jepsen/run-workload.js";
import type { Workload } from "../src/jepsen/workloads.js";

const options = parseOptions([], () => 42);

/** A holder that is told, late, that it has lost its lock. */
const holding: readonly HistoryEvent[] = [
  { kind: "invoke", call: "acquire", ms: 0, worker: "w1", lock: "l", operation: "w1-1" },
  { kind: "granted", ms: 1, worker: "w1", lock: "l", operation: "w1-1", token: 1n },
  { kind: "session-ended", ms: 5, worker: "w1", how: "expired" },
  { kind: "belief-ended", ms: 9, worker: "w1", lock: "l", operation: "w1-1", why: "aborted" },
];

const acknowledged: AddEvent[] = [{ element: "a", phase: "acknowledged" }];
const refused: AddEvent[] = [{ element: "b", phase: "refused" }];

function result(workload: Workload, facts: Partial<WorkloadResult> = {}): WorkloadResult {
  return {
    workload,
    etcd: "3.5.16",
    history: checkHistory(holding, { ttlMs: 3_000, isOneOfMany: true }),
    failures: [],
    pausedPastLease: 1,
    ...facts,
  };
}

function exitCode(...results: WorkloadResult[]): number {
  return exitCodeOf(createReport(options, results.map(createWorkloadReport)));
}

describe("report of the Jepsen workloads", () => {
  const guarded = { set: checkSet([...acknowledged, ...refused], ["a"]) };
  const lossy = { set: checkSet(acknowledged, []) };

  it("is good when the guard lost nothing and the lock alone did", () => {
    const results = [result("lock"), result("lock-set", lossy), result("lock-set-guarded", guarded)];
    assert.equal(exitCode(...results), 0);
    const text = formatReport(createReport(options, results.map(createWorkloadReport)));
    assert.match(text, /lock alone, with neither check nor guard, lost 1 adds/);
  });

  it("is bad when a guarded add is lost, or a refused one is there", () => {
    assert.equal(
      exitCode(result("lock-set-guarded", { set: checkSet([...acknowledged, ...refused], []) })),
      1,
    );
    const revived = checkSet([...acknowledged, ...refused], ["a", "b"]);
    assert.equal(exitCode(result("lock-set-guarded", { set: revived })), 1);
    assert.equal(exitCode(result("lock-set", { set: revived })), 1);
  });

  it("is bad when the lock itself is violated, or a worker ended by itself", () => {
    const second: HistoryEvent[] = [
      { kind: "invoke", call: "acquire", ms: 0, worker: "w2", lock: "l", operation: "w2-1" },
      { kind: "granted", ms: 1.5, worker: "w2", lock: "l", operation: "w2-1", token: 2n },
    ];
    const history = checkHistory([...holding, ...second], { ttlMs: 3_000, isOneOfMany: true });
    assert.equal(exitCode(result("lock", { history })), 1);
    assert.equal(exitCode(result("lock", { failures: ["worker w1 ended by itself"] })), 1);
  });

  it("proves nothing when nobody was paused past a lease", () => {
    for (const [workload, facts] of [
      ["lock", {}],
      ["lock-set", lossy],
      ["lock-set-guarded", guarded],
    ] as const) {
      assert.equal(exitCode(result(workload, { ...facts, pausedPastLease: 0 })), 2, workload);
    }
  });

  it("proves nothing when the control lost nothing, or the guard refused nothing", () => {
    assert.equal(exitCode(result("lock-set", { set: checkSet(acknowledged, ["a"]) })), 2);
    assert.equal(exitCode(result("lock-set-guarded", { set: checkSet(acknowledged, ["a"]) })), 2);
  });
});
