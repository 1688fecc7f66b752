import type { BenchEtcd } from "../etcd/bench-etcd.js";
import { between } from "../etcd/etcd-metrics.js";
import type { Load } from "../load.js";
import type { PeerGroup } from "../peers/peer-group.js";
import type { Results } from "./results.js";
import { type Sample, toSample } from "./sample.js";

export interface TurnsOptions {
  readonly etcd: BenchEtcd;
  readonly rounds: number;
  readonly groups: readonly PeerGroup[];
  readonly point: string;
  readonly load: Omit<Load, "run">;
  /** How many processes of each peer carry the load. Default: 1. */
  readonly processes?: number | undefined;
}

/** How long a peer works before anything is measured: connections, compiled code, etcd's own caches. */
const WARM_UP_SECONDS = 0.3;
let runs = 0;

/**
 * Lets the peers work one after the other, round by round, every other round in the opposite order: what drifts on
 * the machine meets all of them.
 */
export async function measureInTurn(options: TurnsOptions, results: Results): Promise<void> {
  const { groups, load, point } = options;
  for (const group of groups) await measureOnce(group, { ...load, seconds: WARM_UP_SECONDS }, options);
  for (let round = 0; round < options.rounds; round += 1) {
    for (const group of round % 2 === 0 ? groups : groups.toReversed()) {
      results.add(point, group.peer.name, await measureOnce(group, load, options));
    }
  }
}

async function measureOnce(
  group: PeerGroup,
  load: Omit<Load, "run">,
  { etcd, processes = 1 }: TurnsOptions,
): Promise<Sample> {
  runs += 1;
  const before = await etcd.counters();
  // Inside of the counters: to be asked for them costs etcd time.
  const cpuBefore = await etcd.cpuUs();
  const loads = await group.run({ ...load, run: `run-${runs}` }, processes);
  const cpuUs = (await etcd.cpuUs()) - cpuBefore;
  return toSample(loads, { cpuUs, counters: between(before, await etcd.counters()) });
}
