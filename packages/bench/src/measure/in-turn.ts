import { setTimeout as sleep } from "node:timers/promises";
import type { BenchEtcd } from "../etcd/bench-etcd.js";
import { between } from "../etcd/etcd-metrics.js";
import type { Load } from "../load.js";
import type { PeerGroup } from "../peers/peer-group.js";
import type { Results } from "./results.js";
import { type EtcdWork, type Sample, toSample } from "./sample.js";

/** One peer at one point of a scenario. */
export interface Turn {
  readonly group: PeerGroup;
  readonly point: string;
  readonly load: Omit<Load, "run">;
  /** How many processes of the peer carry the load. Default: 1. */
  readonly processes?: number | undefined;
}

export interface TurnsOptions {
  readonly etcd: BenchEtcd;
  readonly rounds: number;
  readonly turns: readonly Turn[];
}

/** Until the connections, the compiled code and etcd's own caches are as they will stay. */
const WARM_UP_SECONDS = 0.5;
let runs = 0;

/** The same load for several peers. */
export function forEachGroup(
  groups: readonly PeerGroup[],
  point: string,
  load: Omit<Load, "run">,
  processes?: number,
): Turn[] {
  return groups.map((group) => ({ group, point, load, processes }));
}

/**
 * Lets each have its turn, round by round, every other round in the opposite order: what drifts on the machine meets
 * all of them.
 */
export async function measureInTurn({ etcd, rounds, turns }: TurnsOptions, results: Results): Promise<void> {
  for (const turn of turns) {
    await measureOnce({ ...turn, load: { ...turn.load, seconds: WARM_UP_SECONDS } }, etcd);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) {
      results.add(turn.point, turn.group.peer.name, await measureOnce(turn, etcd));
    }
  }
}

async function measureOnce({ group, load, processes = 1 }: Turn, etcd: BenchEtcd): Promise<Sample> {
  runs += 1;
  const [loads, work] = await Promise.all([
    group.run({ ...load, run: `run-${runs}` }, processes),
    watchEtcd(etcd, load),
  ]);
  return toSample(loads, work);
}

/** What etcd does while a load is measured: neither before its ramp is over, nor when its waiters are sent home. */
async function watchEtcd(
  etcd: BenchEtcd,
  { rampSeconds = 0, seconds }: Omit<Load, "run">,
): Promise<EtcdWork> {
  await sleep(rampSeconds * 1_000);
  const before = await read(etcd);
  await sleep(before.ms + seconds * 1_000 - performance.now());
  const after = await read(etcd);
  return {
    seconds: (after.ms - before.ms) / 1_000,
    cpuUs: after.cpuUs - before.cpuUs,
    counters: between(before.counters, after.counters),
  };
}

async function read(etcd: BenchEtcd) {
  const counters = await etcd.counters();
  return { counters, cpuUs: await etcd.cpuUs(), ms: performance.now() };
}
