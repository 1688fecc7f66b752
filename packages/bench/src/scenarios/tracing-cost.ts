import { forEachGroup, measureInTurn } from "../measure/in-turn.js";
import type { Target } from "../measure/target.js";
import type { PeerName } from "../peers/peer.js";
import type { Scenario } from "./scenario.js";

const point = "1 caller";

function toUntraced(peer: PeerName, title: string, limit: number): Target {
  return {
    title,
    value: { metric: "pairP50Ms", peer, point },
    to: { metric: "pairP50Ms", peer: "fenceline", point },
    direction: "at most",
    limit,
  };
}

/** What tracing adds to a free lock: without an SDK that would take what it tells, and with OpenTelemetry's. */
export const tracingCost: Scenario = {
  id: "J",
  title: "A free global lock without interceptors, with tracing that nobody listens to, and traced",
  metrics: ["pairP50Ms", "acquireP50Ms", "acquireP99Ms", "locksPerSecond", "cpuUs"],
  targets: [
    toUntraced("traced-off", "time of a lock with tracing that is off, to none", 1.02),
    toUntraced("traced", "time of a traced lock, to an untraced one", 1.05),
  ],
  async run({ etcd, rounds, seconds, start }, results) {
    const groups = await start(["fenceline", "traced-off", "traced"]);
    const load = { callers: 1, keys: "own", keysPerLock: 1, seconds: seconds / 2, sessions: "one" } as const;
    // Small differences: many short turns, in which the machine is the same for all.
    await measureInTurn({ etcd, rounds: 3 * rounds, turns: forEachGroup(groups, point, load) }, results);
  },
};
