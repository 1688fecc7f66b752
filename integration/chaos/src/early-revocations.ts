import type { Break } from "./breaks.js";
import { TTL_MS } from "./messages.js";

/** A session's key was deleted, as the observer saw it. */
export interface SessionEnd {
  readonly worker: string;
  readonly revision: bigint;
  readonly seenMs: number;
}

/** For so long after it goes on an old leader may act as one, and the observer may see late what it did. */
const ACTS_MS = 2_000;

/**
 * The sessions that ended when a leader that stood still went on. Such a leader may revoke leases at once, although they
 * were renewed with its successor: https://github.com/etcd-io/etcd/issues/15247. Since 3.4.31 and 3.5.13 it asks first
 * whether it still leads, but not if its clock has just ticked, as it does when a process goes on. No client can know:
 * these sessions count as broken by an operator.
 */
export function findEarlyRevocations(ends: readonly SessionEnd[], resumedMs: readonly number[]): Break[] {
  return ends.flatMap(({ revision, seenMs, worker }) => {
    const fromMs = resumedMs.findLast((ms) => ms <= seenMs && seenMs <= ms + ACTS_MS);
    if (fromMs === undefined) return [];
    return [{ what: "lease", worker, revision, fromMs, untilMs: seenMs + TTL_MS } as const];
  });
}
