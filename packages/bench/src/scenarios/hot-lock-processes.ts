import { forEachGroup, measureInTurn } from "../measure/in-turn.js";
import type { Metric } from "../measure/sample.js";
import type { Measured } from "../measure/target.js";
import type { PeerName } from "../peers/peer.js";
import type { Scenario } from "./scenario.js";

const pointOf = (processes: number): string => `${processes} processes`;

function at(processes: number, peer: PeerName, metric: Metric = "locksPerSecond"): Measured {
  return { metric, peer, point: pointOf(processes) };
}

/** One lock that wanders over nodes. */
export const hotLockProcesses: Scenario = {
  id: "D",
  title: "One hot lock over several processes with one caller each",
  picture: { title: "One hot lock over processes", metric: "locksPerSecond", better: "higher" },
  metrics: [
    "locksPerSecond",
    "acquireP50Ms",
    "acquireP99Ms",
    "cpuUs",
    "etcdCpuUs",
    "calls",
    "watchRequests",
    "watchEvents",
  ],
  targets: [
    {
      title: "locks per second at 4 processes, to Go's",
      value: at(4, "fenceline"),
      to: at(4, "go"),
      direction: "at least",
      limit: 10,
    },
    {
      title: "locks per second at 16 processes, to Go's",
      value: at(16, "fenceline"),
      to: at(16, "go"),
      direction: "at least",
      limit: 4,
    },
    {
      title: "calls for a lock at 16 processes: its release, its entry, at most one more",
      value: at(16, "fenceline", "calls"),
      direction: "at most",
      limit: 3,
    },
    {
      title: "events for a lock at 16 processes",
      value: at(16, "fenceline", "watchEvents"),
      direction: "at most",
      limit: 1.1,
    },
  ],
  async run({ etcd, rounds, seconds, start }, results) {
    const groups = await start(["fenceline", "go"], { processes: 16 });
    const load = { callers: 1, keys: "shared", keysPerLock: 1, seconds, sessions: "one" } as const;
    const turns = [2, 4, 8, 16].flatMap((count) => forEachGroup(groups, pointOf(count), load, count));
    await measureInTurn({ etcd, rounds, turns }, results);
  },
};
