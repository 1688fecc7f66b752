import { forEachGroup, measureInTurn } from "../measure/in-turn.js";
import type { Target } from "../measure/target.js";
import type { PeerName } from "../peers/peer.js";
import type { Scenario } from "./scenario.js";

const onNode = "node scope";
const inProcess = "process scope";

function timeTo(point: string, peer: PeerName, title: string, limit: number): Target {
  return {
    title,
    value: { metric: "usPerLock", peer: "fenceline", point },
    to: { metric: "usPerLock", peer, point },
    direction: "at most",
    limit,
  };
}

/** What the scopes below etcd cost. Ours have a token, a signal and an owner record. */
export const localScopes: Scenario = {
  id: "H",
  title: "A free lock at node scope and at process scope",
  picture: { title: "Below etcd: a host, a process", metric: "usPerLock", better: "lower", scale: "group" },
  metrics: ["usPerLock", "locksPerSecond", "cpuUs"],
  dependsOnDisk: false,
  targets: [
    timeTo(onNode, "fs-native", "time at node scope, to the bare library's calls", 3),
    timeTo(onNode, "fasteners", "time at node scope, to fasteners'", 1),
    timeTo(inProcess, "async-mutex", "time at process scope, to async-mutex's", 2),
  ],
  async run({ etcd, rounds, seconds, start }, results) {
    const load = { callers: 1, keys: "own", keysPerLock: 1, seconds, sessions: "one" } as const;
    const ours = (scope: string) => start(["fenceline"], { adapt: (peer) => ({ ...peer, variant: scope }) });
    const node = [...(await ours("node")), ...(await start(["fs-native", "fasteners", "proper-lockfile"]))];
    const process = [...(await ours("process")), ...(await start(["async-mutex"]))];
    const turns = [...forEachGroup(node, onNode, load), ...forEachGroup(process, inProcess, load)];
    await measureInTurn({ etcd, rounds, turns }, results);
  },
};
