import { forEachGroup, measureInTurn } from "../measure/in-turn.js";
import type { Target } from "../measure/target.js";
import type { Scenario } from "./scenario.js";

const COUNTS = [1, 4, 16, 64];
const pointOf = (count: number): string => (count === 1 ? "1 key" : `${count} keys`);

function toOneKey(count: number, limit: number): Target {
  return {
    title: `time of a request for ${count} keys, to that for one`,
    value: { metric: "pairP50Ms", peer: "fenceline", point: pointOf(count) },
    to: { metric: "pairP50Ms", peer: "fenceline", point: pointOf(1) },
    direction: "at most",
    limit,
  };
}

/** What each further key of a request costs. */
export const manyKeys: Scenario = {
  id: "E",
  title: "Several keys in one acquire",
  picture: { title: "Several keys in one acquire", metric: "pairP50Ms", better: "lower" },
  metrics: ["pairP50Ms", "acquireP50Ms", "acquireP99Ms", "locksPerSecond", "cpuUs", "etcdCpuUs", "calls"],
  targets: [toOneKey(64, 2), toOneKey(16, 1.3)],
  async run({ etcd, rounds, seconds, start }, results) {
    const groups = await start(["fenceline", "floor"]);
    const load = { callers: 1, keys: "own", seconds, sessions: "one" } as const;
    const turns = COUNTS.flatMap((keysPerLock) =>
      forEachGroup(groups, pointOf(keysPerLock), { ...load, keysPerLock }),
    );
    await measureInTurn({ etcd, rounds, turns }, results);
  },
};
