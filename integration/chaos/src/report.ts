import type { WireFormat } from "@fenceline/core";
import type { ChaosOptions } from "./options.js";
import type { ChaosResult } from "./run-chaos.js";

/** A run in one object: what `--json` prints. */
export interface ChaosReport {
  readonly ok: boolean;
  /** Why the run proves nothing. Absent when it does prove something. */
  readonly void?: readonly string[];
  readonly seed: number;
  readonly seconds: number;
  readonly nodes: number;
  readonly etcd: string;
  /** Absent when global locks stand in queues only. */
  readonly wire?: readonly WireFormat[];
  readonly unfenced?: true;
  readonly operations: number;
  readonly grants: number;
  readonly acceptedWrites: number;
  readonly staleWritesRefused: number;
  readonly leasesExpired: number;
  readonly faultsPlanned: number;
  /** How many were injected, by kind. */
  readonly faults: Readonly<Record<string, number>>;
  readonly violations: readonly ReportedViolation[];
  /** The longest that a lock took to be granted again after its holder, or a waiter, was killed. */
  readonly maxRecoveryMs: number | null;
  /** Where the history is, if it was kept. */
  readonly history?: string;
}

export interface ReportedViolation {
  readonly check: string;
  readonly lock?: string;
  readonly message: string;
}

export function createReport(options: ChaosOptions, result: ChaosResult, etcdVersion: string): ChaosReport {
  const { failures, report } = result;
  const { statistics, undecided = [], violations } = report;
  const reasons = [...(report.void ?? []), ...undecided];
  const faults = Object.entries(statistics.faults);
  return {
    ok: report.ok && failures.length === 0,
    ...(reasons.length === 0 ? {} : { void: reasons }),
    seed: options.seed,
    seconds: options.seconds,
    nodes: options.nodes,
    etcd: etcdVersion,
    ...(options.wire.join() === "etcd" ? {} : { wire: options.wire }),
    ...(options.unfenced ? { unfenced: true } : {}),
    operations: statistics.operations,
    grants: statistics.grants,
    acceptedWrites: statistics.acceptedWrites,
    staleWritesRefused: statistics.staleWritesRefused,
    leasesExpired: statistics.leasesExpired,
    faultsPlanned: faults.reduce((sum, [, { planned }]) => sum + planned, 0),
    faults: Object.fromEntries(faults.map(([kind, { fired }]) => [kind, fired])),
    violations: [...failures.map((message) => ({ check: "worker", message })), ...violations],
    maxRecoveryMs: statistics.maxRecoveryMs === undefined ? null : Math.round(statistics.maxRecoveryMs),
  };
}

/** 0: all promises held. 1: one did not. 2: nothing is proved. */
export function exitCodeOf({ ok, violations }: ChaosReport): number {
  if (violations.length > 0) return 1;
  return ok ? 0 : 2;
}

/** The report for people. */
export function formatReport(report: ChaosReport): string {
  const { faults, violations } = report;
  const fired = Object.values(faults).reduce((sum, count) => sum + count, 0);
  const wire = report.wire === undefined ? "" : `, wire ${report.wire.join(" and ")}`;
  const recovery = report.maxRecoveryMs === null ? "none needed" : `at most ${report.maxRecoveryMs} ms`;
  return [
    `seed ${report.seed}, ${report.seconds} s, ${report.nodes} workers, etcd ${report.etcd}${wire}`,
    `${report.operations} operations, ${report.grants} grants, ${report.acceptedWrites} writes accepted`,
    `${report.staleWritesRefused} stale writes refused, ${report.leasesExpired} leases expired`,
    `${fired} of ${report.faultsPlanned} faults injected: ${listCounts(faults)}`,
    `recovery after a kill: ${recovery}`,
    ...(report.void ?? []).map((reason) => `VOID: ${reason}`),
    ...violations.map(({ check, message }) => `VIOLATION (${check}): ${message}`),
    ...(report.history === undefined ? [] : [`history: ${report.history}`]),
    verdict(report),
  ].join("\n");
}

function verdict({ ok, violations }: ChaosReport): string {
  if (violations.length > 0) return "a promise was broken";
  return ok ? "every promise held" : "the run proves nothing";
}

export function listCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
}
