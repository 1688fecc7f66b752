import type { EtcdCounters } from "../etcd/etcd-metrics.js";
import type { LoadResult } from "../load.js";

/** What is known of one round of one peer. */
export type Metric =
  | "locksPerSecond"
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

/** Adds up what the processes of a peer did and what etcd did for them; CPU and calls are for each lock. */
export function toSample(
  results: readonly LoadResult[],
  etcd?: { readonly cpuUs: number; readonly counters: EtcdCounters },
): Sample {
  const sum = (of: (result: LoadResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const locks = sum((result) => result.locks);
  // Each process by its own clock: they do not start at the same instant.
  const perLock = (total: number): number => total / locks;
  const mean = (of: (result: LoadResult) => number): number => sum(of) / results.length;
  const counts = results.map((result) => result.locks);
  return {
    locksPerSecond: sum((result) => (result.locks / result.elapsedMs) * 1_000),
    acquireP50Ms: mean((result) => result.acquireP50Ms),
    acquireP99Ms: Math.max(...results.map((result) => result.acquireP99Ms)),
    pairP50Ms: mean((result) => result.pairP50Ms),
    cpuUs: perLock(sum((result) => result.cpuUs)),
    ...(etcd && {
      etcdCpuUs: perLock(etcd.cpuUs),
      calls: perLock(etcd.counters.calls),
      watchRequests: perLock(etcd.counters.watchRequests),
      watchMessages: perLock(etcd.counters.watchMessages),
      watchEvents: perLock(etcd.counters.watchEvents),
    }),
    // How far the process farthest from an equal share is away from it.
    ...(results.length > 1 && {
      share: Math.max(...counts.map((count) => Math.abs(count / (locks / counts.length) - 1))),
    }),
  };
}
