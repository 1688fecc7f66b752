import { forEachGroup, measureInTurn } from "../measure/in-turn.js";
import type { Scenario } from "./scenario.js";

const alone = "64 callers, 1 process";
const shared = "64 callers each, 2 processes";

/** One lock that everybody in a process wants, and then a second process as well. */
export const hotLock: Scenario = {
  id: "C",
  title: "One hot lock, 64 callers in one process; then a second process with as many",
  picture: { title: "One hot lock", metric: "locksPerSecond", better: "higher" },
  metrics: ["locksPerSecond", "cpuUs", "etcdCpuUs", "calls", "acquireP50Ms", "acquireP99Ms", "share"],
  targets: [
    {
      title: "locks per second, to Go's",
      value: { metric: "locksPerSecond", peer: "fenceline", point: alone },
      to: { metric: "locksPerSecond", peer: "go", point: alone },
      direction: "at least",
      limit: 50,
    },
    {
      title: "distance of a process from its half of the locks",
      value: { metric: "share", peer: "fenceline", point: shared },
      direction: "at most",
      limit: 0.2,
    },
  ],
  async run({ etcd, rounds, seconds, quick, start }, results) {
    const load = { callers: 64, keys: "shared", keysPerLock: 1, seconds, sessions: "one" } as const;
    const groups = await start(["fenceline", "go"], { processes: 2 });
    await measureInTurn({ etcd, rounds, turns: forEachGroup(groups, alone, load) }, results);
    const ours = groups.filter(({ peer }) => peer.name === "fenceline");
    const turns = forEachGroup(ours, shared, { ...load, seconds: quick ? 3 : 10 }, 2);
    await measureInTurn({ etcd, rounds: quick ? 1 : 2, turns }, results);
  },
};
