import type { Ending, Phase, Sample, SoakRun } from "../src/soak-run.js";

export const LOCKS = 1_000;
export const WAITERS = 100;

/** A phase of a run in which nothing is wrong, with a sample every second. */
export function phase(
  seconds: number,
  of: Partial<Sample>,
  change: (t: number) => Partial<Sample> = () => ({}),
): Phase {
  const samples = Array.from({ length: seconds + 1 }, (_, t) => ({
    t,
    heapUsed: 20_000_000,
    rss: 90_000_000,
    held: 0,
    grants: t * 100,
    failures: 0,
    resources: [],
    timers: 3,
    leases: 1,
    watches: 0,
    keepAlives: Math.floor(t * 0.3),
    ...of,
    ...change(t),
  }));
  return { seconds, samples };
}

const ending: Ending = {
  resources: [],
  timers: 0,
  leases: 0,
  watches: 0,
  keepAlives: 400,
  notEnded: undefined,
  queueEntries: 0,
};

export interface Changes {
  readonly seconds?: number;
  readonly hold?: (t: number) => Partial<Sample>;
  readonly churn?: (t: number) => Partial<Sample>;
  readonly ending?: Partial<Ending>;
  readonly left?: number;
}

/** A run in which nothing is wrong but for the changes. */
export function soundRun(changes: Changes = {}): SoakRun {
  const { seconds = 600, hold, churn } = changes;
  return {
    locks: LOCKS,
    waiters: WAITERS,
    phases: {
      one: phase(20, { held: 1 }),
      hold: phase(seconds, { held: LOCKS, watches: WAITERS }, hold),
      churn: phase(seconds, {}, churn),
    },
    heap: { perLock: 2_000, perWaiter: 4_000, taken: 40_000_000, left: changes.left ?? 100_000 },
    ending: { ...ending, ...changes.ending },
  };
}
