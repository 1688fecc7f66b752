import type { EtcdCounters } from "../etcd/etcd-metrics.js";
import type { LoadResult } from "../load.js";

/** What is known of one round of one peer. */
export type Metric =
  | "locksPerSecond"
  | "usPerLock"
  | "acquireP50Ms"
  | "acquireP99Ms"
  | "pairP50Ms"
  | "cpuUs"
  | "etcdCpuUs"
  | "calls"
  | "watchRequests"
  | "watchMessages"
  | "watchEvents"
  | "share"
  | "heapBytes"
  | "leases"
  | "keepAlives"
  | "importMs"
  | "roundTrips"
  | "packedBytes";

export type Sample = Readonly<Partial<Record<Metric, number>>>;

/** What etcd did in some seconds. */
export interface EtcdWork {
  readonly seconds: number;
  readonly cpuUs: number;
  readonly counters: EtcdCounters;
}

/**
 * Adds up what the processes of a peer did and what etcd did meanwhile. CPU and calls are for each lock: etcd's as one
 * rate divided by the other, as it is not watched for exactly the same time.
 */
export function toSample(results: readonly LoadResult[], etcd?: EtcdWork): Sample {
  const sum = (of: (result: LoadResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const mean = (of: (result: LoadResult) => number): number => sum(of) / results.length;
  const counts = results.map((result) => result.locks);
  const locks = sum((result) => result.locks);
  // Each process by its own clock: they do not start at the same instant.
  const locksPerSecond = sum((result) => (result.locks / result.elapsedMs) * 1_000);
  return {
    locksPerSecond,
    usPerLock: 1e6 / locksPerSecond,
    acquireP50Ms: mean((result) => result.acquireP50Ms),
    acquireP99Ms: Math.max(...results.map((result) => result.acquireP99Ms)),
    pairP50Ms: mean((result) => result.pairP50Ms),
    cpuUs: sum((result) => result.cpuUs) / locks,
    ...(etcd && ofEtcd(etcd, locksPerSecond)),
    // How far the process farthest from an equal share is away from it.
    ...(results.length > 1 && {
      share: Math.max(...counts.map((count) => Math.abs(count / (locks / counts.length) - 1))),
    }),
  };
}

function ofEtcd({ seconds, cpuUs, counters }: EtcdWork, locksPerSecond: number): Sample {
  const perLock = (total: number): number => total / seconds / locksPerSecond;
  return {
    etcdCpuUs: perLock(cpuUs),
    calls: perLock(counters.calls),
    watchRequests: perLock(counters.watchRequests),
    watchMessages: perLock(counters.watchMessages),
    watchEvents: perLock(counters.watchEvents),
    keepAlives: counters.keepAlives / seconds,
  };
}
