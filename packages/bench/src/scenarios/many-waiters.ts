import { forEachGroup, measureInTurn } from "../measure/in-turn.js";
import type { Metric } from "../measure/sample.js";
import type { Target } from "../measure/target.js";
import type { Scenario } from "./scenario.js";

const COUNTS = [10, 100, 1_000];
/** Of which each is so many clients. */
const PROCESSES = 5;
const inOne = (count: number): string => `${count.toLocaleString("en")} in one process`;
const clients = (count: number): string => `${count.toLocaleString("en")} clients`;

function toTen(title: string, metric: Metric, pointOf: (count: number) => string): Target {
  return {
    title,
    value: { metric, peer: "fenceline", point: pointOf(1_000) },
    to: { metric, peer: "fenceline", point: pointOf(10) },
    direction: "at most",
    limit: 1.2,
  };
}

/** What a long queue costs those at its head. */
export const manyWaiters: Scenario = {
  id: "G",
  title: "10, 100 and 1,000 waiters on one lock: callers of one process, or each a client of its own",
  picture: {
    title: "Many waiters on one lock",
    metric: "usPerLock",
    better: "lower",
    points: COUNTS.map(clients),
  },
  metrics: ["usPerLock", "locksPerSecond", "cpuUs", "etcdCpuUs", "calls", "watchRequests", "watchEvents"],
  targets: [
    toTen("time of a hand-over at 1,000 clients, to that at 10", "usPerLock", clients),
    toTen("our CPU for a hand-over at 1,000 clients, to that at 10", "cpuUs", clients),
    toTen("etcd's CPU for a hand-over at 1,000 clients, to that at 10", "etcdCpuUs", clients),
    toTen("time of a hand-over at 1,000 callers of one process, to that at 10", "usPerLock", inOne),
    toTen("our CPU for a hand-over at 1,000 callers of one process, to that at 10", "cpuUs", inOne),
  ],
  async run({ etcd, rounds, seconds, quick, start }, results) {
    const groups = await start(["fenceline"], {
      processes: PROCESSES,
      adapt: (peer) => ({ ...peer, variant: "long-ttl" }),
    });
    const load = { keys: "shared", keysPerLock: 1, seconds } as const;
    const counts = quick ? COUNTS.slice(0, 2) : COUNTS;
    const turns = [
      ...COUNTS.flatMap((callers) =>
        forEachGroup(groups, inOne(callers), { ...load, callers, sessions: "one", rampSeconds: 0.5 }),
      ),
      ...counts.flatMap((count) => {
        const callers = count / PROCESSES;
        const rampSeconds = 0.5 + count / 80;
        return forEachGroup(
          groups,
          clients(count),
          { ...load, callers, rampSeconds, sessions: "each" },
          PROCESSES,
        );
      }),
    ];
    await measureInTurn({ etcd, rounds: Math.min(rounds, 3), turns }, results);
  },
};
