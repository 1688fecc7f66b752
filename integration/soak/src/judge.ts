import { growthOf, medianOf, settledSamples, warmUpSeconds } from "./growth.js";
import { countWaitersInEtcd } from "./messages.js";
import type { Ending, HeapUse, Phase, Sample, SoakRun } from "./soak-run.js";

export interface SoakViolation {
  readonly check: "heap" | "rss" | "leases" | "watches" | "renewals" | "locks" | "leftovers" | "end";
  readonly message: string;
}

/** How much memory may grow in a phase. */
const MOST_GROWTH = 0.05;
/**
 * What it may grow beside that in a phase whose warm-up is shorter than a minute, in bytes. Then code is still being
 * compiled while it is measured: half a megabyte of heap in 5 to 20 seconds, here thrice that. And V8 still finds the
 * size of its young generation, which takes up to 16 MB, and some more beside it.
 */
const SHORT_RUN_SLACK = { heapUsed: 1_500_000, rss: 24_000_000 };
/** How much of the heap of all locks may still be there when they are gone: tables keep their size for a while. */
const MOST_LEFT = 0.1;
/** How far the rate of renewals may be from that of one lock, and how many may fall to the other side of a boundary. */
const RATE_TOLERANCE = 0.1;
const BOUNDARY_RENEWALS = 2;

/** Finds everything that grew, that there was too much of, or that was left. */
export function judge(run: SoakRun): SoakViolation[] {
  const { one, hold, churn } = run.phases;
  const inEtcd = countWaitersInEtcd(run.waiters);
  return [
    ...judgePhase("one lock", one, { held: 1, mostWatches: 0 }),
    // A waiter in etcd watches the entry before it, and may watch its own.
    ...judgePhase("hold", hold, { held: run.locks, mostWatches: 2 * inEtcd }),
    ...judgePhase("churn", churn, { held: 0, mostWatches: 0 }),
    ...judgeWaits(hold, inEtcd),
    ...judgeMemory("hold", hold),
    ...judgeMemory("churn", churn),
    ...judgeRenewals("hold", hold, one),
    ...judgeRenewals("churn", churn, one),
    ...judgeLoad(churn),
    ...judgeHeapLeft(run.heap),
    ...judgeEnding(run.ending),
  ];
}

function judgePhase(
  name: string,
  phase: Phase,
  expected: { readonly held: number; readonly mostWatches: number },
): SoakViolation[] {
  const violations: SoakViolation[] = [];
  const most = expected.mostWatches;
  const checks: [
    SoakViolation["check"],
    readonly Sample[],
    (sample: Sample) => boolean,
    (sample: Sample) => string,
  ][] = [
    ["leases", phase.samples, (it) => it.leases === 1, (it) => `${it.leases} leases, expected 1`],
    // Watches end a little after what they waited for.
    [
      "watches",
      settledSamples(phase),
      (it) => it.watches <= most,
      (it) => `${it.watches} watches, expected at most ${most}`,
    ],
    [
      "locks",
      phase.samples,
      (it) => it.held === expected.held,
      (it) => `${it.held} locks held, expected ${expected.held}`,
    ],
  ];
  for (const [check, samples, isRight, describe] of checks) {
    const wrong = samples.filter((sample) => !isRight(sample));
    const [first] = wrong;
    if (first === undefined) continue;
    const where = `${wrong.length} of ${samples.length} samples, first at ${first.t} s`;
    violations.push({ check, message: `${name}: ${describe(first)} (${where})` });
  }
  return violations;
}

/** Waiters watch most of the time: they look again, and set their watches anew, once in a TTL. */
function judgeWaits(hold: Phase, inEtcd: number): SoakViolation[] {
  const watches = medianOf(settledSamples(hold), "watches");
  if (watches >= inEtcd) return [];
  return [
    { check: "watches", message: `hold: ${watches} watches of ${inEtcd} waiters in etcd, as a median` },
  ];
}

function judgeMemory(name: string, phase: Phase): SoakViolation[] {
  return (["heapUsed", "rss"] as const).flatMap((value) => {
    const { from, to } = growthOf(phase, value);
    const slack = warmUpSeconds(phase.seconds) < 60 ? SHORT_RUN_SLACK[value] : 0;
    if (to <= from * (1 + MOST_GROWTH) + slack) return [];
    const check = value === "rss" ? "rss" : "heap";
    return [{ check, message: `${name}: ${value} grew from ${from} to ${to} bytes after the warm-up` }];
  });
}

function judgeRenewals(name: string, phase: Phase, one: Phase): SoakViolation[] {
  const expected = renewalRate(one) * lengthOf(phase);
  const seen = renewalsIn(phase);
  const tolerance = RATE_TOLERANCE * expected + BOUNDARY_RENEWALS * (1 + lengthOf(phase) / lengthOf(one));
  if (Math.abs(seen - expected) <= tolerance) return [];
  return [
    {
      check: "renewals",
      message: `${name}: ${seen} renewals, with one lock ${expected.toFixed(0)} in that time`,
    },
  ];
}

/** Renewals that a phase saw, in all. */
function renewalsIn({ samples }: Phase): number {
  return (samples.at(-1)?.keepAlives ?? 0) - (samples[0]?.keepAlives ?? 0);
}

/** Renewals a second. */
export function renewalRate(phase: Phase): number {
  return renewalsIn(phase) / lengthOf(phase);
}

/** Seconds between the first sample and the last. */
function lengthOf({ samples }: Phase): number {
  return (samples.at(-1)?.t ?? 0) - (samples[0]?.t ?? 0);
}

function judgeLoad({ samples }: Phase): SoakViolation[] {
  const [before, last] = samples.slice(-2);
  if (before !== undefined && last !== undefined && last.grants > before.grants) return [];
  return [{ check: "locks", message: "churn: no lock was granted at its end" }];
}

function judgeHeapLeft({ taken, left }: HeapUse): SoakViolation[] {
  if (left <= MOST_LEFT * taken + SHORT_RUN_SLACK.heapUsed) return [];
  return [
    { check: "heap", message: `${left} of ${taken} bytes were still there when all locks were released` },
  ];
}

function judgeEnding(ending: Ending): SoakViolation[] {
  const left: [string, number][] = [
    ["timers", ending.timers],
    ["leases", ending.leases],
    ["watches", ending.watches],
    ["entries in queues", ending.queueEntries],
    [`resources (${ending.resources.join(", ")})`, ending.resources.length],
  ];
  return [
    ...left
      .filter(([, count]) => count > 0)
      .map(([what, count]) => ({ check: "leftovers", message: `after close(): ${count} ${what}` }) as const),
    ...(ending.notEnded === undefined ? [] : [{ check: "end", message: ending.notEnded } as const]),
  ];
}
