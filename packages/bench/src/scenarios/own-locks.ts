import { forEachGroup, measureInTurn } from "../measure/in-turn.js";
import type { Scenario } from "./scenario.js";

const few = "16 callers";
const many = "256 callers";

/** What a busy process gets done that holds many locks at a time. */
export const ownLocks: Scenario = {
  id: "B",
  title: "Many callers in one process, each with a lock of its own",
  picture: { title: "Many callers, a lock each", metric: "locksPerSecond", better: "higher" },
  metrics: ["locksPerSecond", "cpuUs", "etcdCpuUs", "calls", "acquireP50Ms", "acquireP99Ms"],
  targets: [
    {
      title: "locks per second at 256 callers, to Go's",
      value: { metric: "locksPerSecond", peer: "fenceline", point: many },
      to: { metric: "locksPerSecond", peer: "go", point: many },
      direction: "at least",
      limit: 3,
    },
    {
      title: "our CPU for a lock at 256 callers, to the floor's",
      value: { metric: "cpuUs", peer: "fenceline", point: many },
      to: { metric: "cpuUs", peer: "floor", point: many },
      direction: "at most",
      limit: 0.25,
    },
    {
      title: "locks per second at 16 callers, to the floor's",
      value: { metric: "locksPerSecond", peer: "fenceline", point: few },
      to: { metric: "locksPerSecond", peer: "floor", point: few },
      direction: "at least",
      limit: 1,
    },
  ],
  async run({ etcd, rounds, seconds, start }, results) {
    const groups = await start(["fenceline", "floor", "etcd3-lock", "go"]);
    const load = { keys: "own", keysPerLock: 1, seconds, sessions: "one" } as const;
    const turns = [
      ...forEachGroup(groups, few, { ...load, callers: 16 }),
      ...forEachGroup(groups, many, { ...load, callers: 256 }),
    ];
    await measureInTurn({ etcd, rounds, turns }, results);
  },
};
