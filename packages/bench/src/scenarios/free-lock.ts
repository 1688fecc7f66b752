import { forEachGroup, measureInTurn } from "../measure/in-turn.js";
import type { Scenario } from "./scenario.js";

const point = "1 caller";

/** What one lock costs that nobody else wants. */
export const freeLock: Scenario = {
  id: "A",
  title: "A free global lock, acquired and released, one at a time",
  picture: { title: "A free lock", metric: "pairP50Ms", better: "lower" },
  metrics: ["pairP50Ms", "acquireP50Ms", "acquireP99Ms", "locksPerSecond", "cpuUs", "etcdCpuUs", "calls"],
  targets: [
    {
      title: "time of a lock, to the floor's",
      value: { metric: "pairP50Ms", peer: "fenceline", point },
      to: { metric: "pairP50Ms", peer: "floor", point },
      direction: "at most",
      limit: 1.1,
    },
    {
      title: "time of a lock, to etcd3's Lock",
      value: { metric: "pairP50Ms", peer: "fenceline", point },
      to: { metric: "pairP50Ms", peer: "etcd3-lock", point },
      direction: "at most",
      limit: 0.75,
    },
  ],
  async run({ etcd, rounds, seconds, start }, results) {
    const groups = await start(["fenceline", "floor", "etcd3-lock", "go", "tooz"]);
    const load = { callers: 1, keys: "own", keysPerLock: 1, seconds, sessions: "one" } as const;
    await measureInTurn({ etcd, rounds, turns: forEachGroup(groups, point, load) }, results);
  },
};
