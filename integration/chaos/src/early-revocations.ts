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
 * True for etcd before 3.4.31 and 3.5.13. There a leader that stood still, and was replaced meanwhile, revokes leases
 * as soon as it goes on, although they were renewed: https://github.com/etcd-io/etcd/issues/15247.
 */
export function revokesEarly(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  if (major !== 3 || minor > 5) return major < 3;
  return minor < 4 || (minor === 4 && patch < 31) || (minor === 5 && patch < 13);
}

/** The sessions that ended when a leader went on. No client can know: they count as broken by an operator. */
export function findEarlyRevocations(ends: readonly SessionEnd[], resumedMs: readonly number[]): Break[] {
  return ends.flatMap(({ revision, seenMs, worker }) => {
    const fromMs = resumedMs.findLast((ms) => ms <= seenMs && seenMs <= ms + ACTS_MS);
    if (fromMs === undefined) return [];
    return [{ what: "lease", worker, revision, fromMs, untilMs: seenMs + TTL_MS } as const];
  });
}
