import type { ArrayReport } from "../arrays/lab.js";
import { KINDS, type Kind, type KindSummary, type Measurements } from "./measurements.js";

/** What was promised, and whether it was kept. */
export interface DemoPromise {
  readonly text: string;
  readonly ok: boolean;
}

/** What the demo knows at its end. */
export interface Findings {
  readonly locked: boolean;
  readonly measurements: Measurements;
  readonly arrays: readonly ArrayReport[];
  /** Volumes that the service said were attached, and those of them that were not on the array when looked for. */
  readonly attached: number;
  readonly attachmentsLost: number;
  readonly ttlMs: number;
  readonly killToNextGrantMs?: number | undefined;
  readonly lateWriteRefused?: boolean | undefined;
  /** Whether the paused node did operations again after it was resumed. */
  readonly resumedNodeWorks?: boolean | undefined;
}

/** The summary; with `--json` this very object is printed. */
export interface Summary {
  /** With locks: every promise held. Without: overlaps were shown. */
  readonly ok: boolean;
  readonly locked: boolean;
  readonly operations: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly retried: number;
  readonly failed: number;
  readonly byKind: Readonly<Record<Kind, KindSummary>>;
  /** Writes that the arrays took although another caller had come between. */
  readonly overlaps: number;
  readonly damage: Readonly<Record<string, number>>;
  readonly attached: number;
  readonly attachmentsLost: number;
  readonly staleWritesRefused: number;
  readonly killToNextGrantMs: number | null;
  readonly promises: readonly DemoPromise[];
}

export function summarize(findings: Findings): Summary {
  const { locked, measurements, arrays, attached, attachmentsLost } = findings;
  const all = measurements.summary();
  const overlaps = arrays.reduce((sum, array) => sum + array.overlaps, 0);
  const staleWritesRefused = arrays.reduce((sum, array) => sum + array.refused.length, 0);
  const promises = locked ? promisesOf(findings, { overlaps, staleWritesRefused, failed: all.failed }) : [];
  const byKind = Object.fromEntries(KINDS.map((kind) => [kind, measurements.summary([kind])]));
  return {
    ok: locked ? promises.every((promise) => promise.ok) : overlaps > 0,
    locked,
    operations: all.count,
    p50Ms: all.p50Ms,
    p99Ms: all.p99Ms,
    retried: all.retried,
    failed: all.failed,
    byKind: byKind as Record<Kind, KindSummary>,
    overlaps,
    damage: addUp(arrays.map((array) => array.damage)),
    attached,
    attachmentsLost,
    staleWritesRefused,
    killToNextGrantMs: findings.killToNextGrantMs ?? null,
    promises,
  };
}

function promisesOf(
  { ttlMs, attachmentsLost, killToNextGrantMs, lateWriteRefused, resumedNodeWorks }: Findings,
  { overlaps, staleWritesRefused, failed }: { overlaps: number; staleWritesRefused: number; failed: number },
): DemoPromise[] {
  const bound = ttlMs + 1_000;
  return [
    { text: "no two operations overlapped on any array", ok: overlaps === 0 },
    {
      text: "the late write of the paused node reached its array and was refused",
      ok: lateWriteRefused === true && staleWritesRefused > 0,
    },
    {
      text: `the killed node's lock was granted again within its lease and a second (${bound} ms)`,
      ok: killToNextGrantMs !== undefined && killToNextGrantMs <= bound,
    },
    { text: "the paused node went back to work after it was resumed", ok: resumedNodeWorks === true },
    { text: "every operation was done, on another node where one failed", ok: failed === 0 },
    { text: "every volume is attached where the service said it is", ok: attachmentsLost === 0 },
  ];
}

function addUp(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const count of counts) {
    for (const [name, value] of Object.entries(count)) sums[name] = (sums[name] ?? 0) + value;
  }
  return sums;
}
