import { growthOf } from "./growth.js";
import { renewalRate, type SoakViolation } from "./judge.js";
import type { SoakOptions } from "./options.js";
import type { Phase, Sample, SoakRun } from "./soak-run.js";

/** A run in one object: what `--json` prints. */
export interface SoakReport {
  readonly ok: boolean;
  readonly seconds: number;
  readonly locks: number;
  readonly waiters: number;
  readonly etcd: string;
  readonly leak?: true;
  /** Bytes of heap, the caller's `Lock` included. */
  readonly heapPerLock: number;
  readonly heapPerWaiter: number;
  /** Requests to which etcd gave no answer in time: a machine with other work to do. */
  readonly failures: number;
  readonly phases: readonly ReportedPhase[];
  readonly violations: readonly SoakViolation[];
}

interface ReportedPhase {
  readonly name: string;
  /** After the warm-up, in per cent. */
  readonly heapGrowth: number;
  readonly rssGrowth: number;
  readonly renewalsPerSecond: number;
  readonly locksPerSecond: number;
  readonly samples: readonly ReportedSample[];
}

interface ReportedSample {
  /** Seconds since the phase began. */
  readonly t: number;
  readonly heapUsed: number;
  readonly rss: number;
  readonly leases: number;
  readonly watches: number;
  /** Since the sample before. */
  readonly locksPerSecond: number;
}

export function createReport(
  options: SoakOptions,
  run: SoakRun,
  violations: readonly SoakViolation[],
  etcdVersion: string,
): SoakReport {
  return {
    ok: violations.length === 0,
    seconds: options.seconds,
    locks: run.locks,
    waiters: run.waiters,
    etcd: etcdVersion,
    ...(options.leak ? { leak: true } : {}),
    heapPerLock: run.heap.perLock,
    heapPerWaiter: run.heap.perWaiter,
    failures: run.phases.churn.samples.at(-1)?.failures ?? 0,
    phases: Object.entries(run.phases).map(([name, phase]) => reportPhase(name, phase)),
    violations,
  };
}

function reportPhase(name: string, phase: Phase): ReportedPhase {
  const { samples } = phase;
  return {
    name,
    heapGrowth: percentOf(phase, "heapUsed"),
    rssGrowth: percentOf(phase, "rss"),
    renewalsPerSecond: Math.round(renewalRate(phase) * 100) / 100,
    locksPerSecond: rate(samples[0], samples.at(-1)),
    samples: samples.map((sample, i) => ({
      t: sample.t,
      heapUsed: sample.heapUsed,
      rss: sample.rss,
      leases: sample.leases,
      watches: sample.watches,
      locksPerSecond: rate(samples[i - 1], sample),
    })),
  };
}

function percentOf(phase: Phase, value: "heapUsed" | "rss"): number {
  const { from, to } = growthOf(phase, value);
  return Math.round((to / from - 1) * 1_000) / 10;
}

function rate(before: Sample | undefined, after: Sample | undefined): number {
  if (before === undefined || after === undefined || after.t === before.t) return 0;
  return Math.round((after.grants - before.grants) / (after.t - before.t));
}

/** How many rows a phase has at most in the report for people. */
const ROWS = 12;

/** The report for people. */
export function formatReport(report: SoakReport): string {
  const { phases, violations } = report;
  return [
    `${report.seconds} s a phase, ${report.locks} locks, ${report.waiters} waiters, etcd ${report.etcd}`,
    `heap: ${report.heapPerLock} bytes for each lock held, ${report.heapPerWaiter} for each waiter`,
    `${report.failures} requests got no answer from etcd in time`,
    ...phases.flatMap(formatPhase),
    ...violations.map(({ check, message }) => `VIOLATION (${check}): ${message}`),
    report.ok ? "nothing grew, and nothing was left" : "something grew, or was left",
  ].join("\n");
}

function formatPhase(phase: ReportedPhase): string[] {
  const { samples } = phase;
  const step = Math.max(1, Math.ceil((samples.length - 1) / (ROWS - 1)));
  const shown = samples.filter((_, i) => i % step === 0 || i === samples.length - 1);
  const head = `after the warm-up heap ${signed(phase.heapGrowth)} %, RSS ${signed(phase.rssGrowth)} %`;
  return [
    "",
    `${phase.name}: ${head}; ${phase.renewalsPerSecond} renewals/s, ${phase.locksPerSecond} locks/s`,
    row("t [s]", "heap [kB]", "RSS [kB]", "leases", "watches", "locks/s"),
    ...shown.map((it) =>
      row(it.t, kilobytes(it.heapUsed), kilobytes(it.rss), it.leases, it.watches, it.locksPerSecond),
    ),
  ];
}

function row(...cells: (string | number)[]): string {
  return cells.map((cell) => `${cell}`.padStart(10)).join("");
}

function kilobytes(bytes: number): number {
  return Math.round(bytes / 1_000);
}

function signed(percent: number): string {
  return percent > 0 ? `+${percent}` : `${percent}`;
}
