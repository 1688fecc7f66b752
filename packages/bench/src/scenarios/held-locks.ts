import { measureInTurn } from "../measure/in-turn.js";
import { createResults } from "../measure/results.js";
import type { Metric, Sample } from "../measure/sample.js";
import type { Measured, Target } from "../measure/target.js";
import type { Hold, HoldResult } from "../programs/hold-locks.js";
import type { Scenario } from "./scenario.js";

const MANY = 10_000;
const few = "1 held";
const many = "10,000 held";

function of(metric: Metric, point: string): Measured {
  return { metric, peer: "fenceline", point };
}

function toOne(title: string, metric: Metric, limit: number): Target {
  return { title, value: of(metric, many), to: of(metric, few), direction: "at most", limit };
}

/** What locks cost that are only held. */
export const heldLocks: Scenario = {
  id: "F",
  title: "10,000 locks held, and one more acquired and released",
  metrics: ["pairP50Ms", "acquireP50Ms", "acquireP99Ms", "leases", "keepAlives", "heapBytes"],
  targets: [
    { title: "leases", value: of("leases", many), direction: "at most", limit: 1 },
    // There are three or four in the time that is measured.
    toOne("keepalives per second, to those with one lock", "keepAlives", 1.5),
    {
      title: "our heap for each lock",
      value: of("heapBytes", many),
      direction: "at most",
      limit: 2_000,
      unit: "bytes",
    },
    toOne("time of an acquire, to that with one lock held", "acquireP50Ms", 1.1),
  ],
  async run({ etcd, rounds, quick, say, start }, results) {
    const groups = await start(["fenceline"]);
    const [group] = groups;
    const [ours] = group?.processes ?? [];
    if (group === undefined || ours === undefined) return;
    const hold = (count: number, run: string): Promise<HoldResult> =>
      ours.ask<HoldResult>("hold", { run, count } satisfies Hold);
    const load = { callers: 1, keys: "own", keysPerLock: 1, seconds: 12, sessions: "one" } as const;

    const measure = async (point: string, more: Sample): Promise<void> => {
      const one = createResults();
      await measureInTurn({ etcd, rounds: 1, turns: [{ group, point, load }] }, one);
      const { leasesGranted, leasesEnded } = await etcd.counters();
      const [sample] = one.rounds(point, "fenceline");
      results.add(point, "fenceline", { ...sample, leases: leasesGranted - leasesEnded, ...more });
    };

    for (let round = 0; round < (quick ? 1 : Math.min(rounds, 3)); round += 1) {
      const { heapBytes } = await hold(1, `f${round}`);
      await measure(few, {});
      say(`${MANY} locks are acquired`);
      const full = await hold(MANY, `f${round}`);
      await measure(many, { heapBytes: (full.heapBytes - heapBytes) / (MANY - 1) });
      await hold(0, `f${round}`);
    }
  },
};
