import { voidReasons } from "@fenceline/testing";
import { listCounts, type ReportedViolation } from "../report.js";
import type { SetReport } from "./check-set.js";
import type { JepsenOptions } from "./options.js";
import type { WorkloadResult } from "./run-workload.js";
import type { Workload } from "./workloads.js";

/** A run of one workload. */
export interface WorkloadReport {
  readonly workload: Workload;
  /** It ended as it has to: no promise was broken, and, the control, adds were lost. */
  readonly ok: boolean;
  /** Why the run proves nothing. Absent when it does prove something. */
  readonly void?: readonly string[];
  readonly etcd: string;
  readonly operations: number;
  readonly grants: number;
  /** How often a worker's lease ended while it stood still. */
  readonly pausedPastLease: number;
  readonly leasesExpired: number;
  readonly faultsPlanned: number;
  /** How many were injected, by kind. */
  readonly faults: Readonly<Record<string, number>>;
  readonly set?: SetReport;
  readonly violations: readonly ReportedViolation[];
  /** Where the history is, if it was kept. */
  readonly history?: string;
}

/** All runs in one object: what `--json` prints. */
export interface JepsenReport {
  readonly ok: boolean;
  readonly seed: number;
  readonly seconds: number;
  readonly nodes: number;
  readonly workloads: readonly WorkloadReport[];
}

export function createWorkloadReport(result: WorkloadResult): WorkloadReport {
  const { etcd, failures, history, pausedPastLease, set, workload } = result;
  const { statistics } = history;
  const reasons = [...findVoidReasons(result), ...(history.undecided ?? [])];
  const violations = [
    ...failures.map((message) => ({ check: "worker", message })),
    ...history.violations,
    ...(set === undefined ? [] : findSetViolations(workload, set)),
  ];
  const faults = Object.entries(statistics.faults);
  return {
    workload,
    ok: violations.length === 0 && reasons.length === 0,
    ...(reasons.length === 0 ? {} : { void: reasons }),
    etcd,
    operations: statistics.operations,
    grants: statistics.grants,
    pausedPastLease,
    leasesExpired: statistics.leasesExpired,
    faultsPlanned: faults.reduce((sum, [, { planned }]) => sum + planned, 0),
    faults: Object.fromEntries(faults.map(([kind, { fired }]) => [kind, fired])),
    ...(set === undefined ? {} : { set }),
    violations,
  };
}

function findVoidReasons({ history, pausedPastLease, set, workload }: WorkloadResult): readonly string[] {
  // Only the guard refuses writes.
  const staleWritesRefused = workload === "lock-set-guarded" ? (set?.refused ?? 0) : 1;
  const reasons = [...voidReasons({ ...history.statistics, staleWritesRefused })];
  if (pausedPastLease === 0) reasons.push("no worker was paused past its lease");
  if (workload === "lock-set" && set?.lost.length === 0) {
    reasons.push("the control lost nothing: what others lost under the lock alone was not put to the test");
  }
  return reasons;
}

function findSetViolations(workload: Workload, { lost, unexpected }: SetReport): ReportedViolation[] {
  const violation = (message: string): ReportedViolation => ({ check: "set", message });
  return [
    ...(workload === "lock-set" ? [] : lost).map((element) =>
      violation(`the add of ${element} was acknowledged, and it is not in the set at the end`),
    ),
    ...unexpected.map((element) =>
      violation(`${element} is in the set at the end, although its adder was told that it was not written`),
    ),
  ];
}

export function createReport(
  { nodes, seconds, seed }: JepsenOptions,
  reports: readonly WorkloadReport[],
): JepsenReport {
  return { ok: reports.every(({ ok }) => ok), seed, seconds, nodes, workloads: reports };
}

/** 0: each workload ended as it has to. 1: a promise was broken. 2: a run proves nothing. */
export function exitCodeOf({ ok, workloads }: JepsenReport): number {
  if (workloads.some(({ violations }) => violations.length > 0)) return 1;
  return ok ? 0 : 2;
}

/** The report for people. */
export function formatReport({ nodes, seconds, seed, workloads }: JepsenReport): string {
  return [`seed ${seed}, ${seconds} s each, ${nodes} workers`, ...workloads.map(formatWorkload)].join("\n\n");
}

function formatWorkload(report: WorkloadReport): string {
  const { faults, set, violations, workload } = report;
  const fired = Object.values(faults).reduce((sum, count) => sum + count, 0);
  return [
    `${workload}, etcd ${report.etcd}`,
    `${report.operations} operations, ${report.grants} grants`,
    `${fired} of ${report.faultsPlanned} faults injected: ${listCounts(faults)}`,
    `${report.pausedPastLease} times paused past a lease, ${report.leasesExpired} leases expired`,
    ...(set === undefined ? [] : [formatSet(set)]),
    ...(report.void ?? []).map((reason) => `VOID: ${reason}`),
    ...violations.map(({ check, message }) => `VIOLATION (${check}): ${message}`),
    ...(report.history === undefined ? [] : [`history: ${report.history}`]),
    verdict(report),
  ].join("\n");
}

function formatSet({ acknowledged, attempted, lost, refused, unknown }: SetReport): string {
  return `${attempted} adds: ${acknowledged} acknowledged, of which ${lost.length} lost; ${refused} refused, ${unknown} unknown`;
}

function verdict({ ok, set, violations, workload }: WorkloadReport): string {
  if (violations.length > 0) return "a promise was broken";
  if (!ok) return "the run proves nothing";
  if (workload === "lock") return "the history is that of one mutex";
  if (workload === "lock-set") {
    return `as it has to be: the lock alone, with neither check nor guard, lost ${set?.lost.length} adds`;
  }
  return "no acknowledged add was lost";
}
