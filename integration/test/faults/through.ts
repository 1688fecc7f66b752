import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Coordinator } from "@fenceline/core";
import type { EtcdMember } from "@fenceline/testing";
import { startProbe } from "./cluster-probe.js";
import { hold, type KeptLock, type Lab } from "./lab.js";
import { startTraffic } from "./traffic.js";

/** The shortest with which no fault of a single member costs a lock, at default ticks. */
export const TTL_MS = 5_000;
/** How long an acquire may take while a leader is elected at default ticks. */
export const LONGEST_PAUSE_MS = 2_500;

/** What those who took locks have seen of a fault. */
export interface Seen {
  /** How long the longest acquire took of one who has no rival. */
  readonly longestMs: number;
  /** For how long at most the cluster took no write, whoever asked. */
  readonly awayMs: number;
  readonly failures: readonly string[];
}

/** That member first, then the others: coordinators talk to the first that answers. */
export function stickyTo(lab: Lab, first: EtcdMember): string[] {
  const others = lab.etcd.members.filter((member) => member !== first);
  return [first, ...others].map(({ endpoint }) => endpoint);
}

/**
 * Does something to the cluster while a lock is held that has to be kept, two take another in turns, and one takes a
 * third; all of them talk to `member` first. Judges what they noted down.
 */
export async function through(
  lab: Lab,
  member: EtcdMember,
  fault: () => Promise<void>,
  ttlMs: number = TTL_MS,
): Promise<Seen> {
  const hosts = stickyTo(lab, member);
  const connect = (): Promise<Coordinator> => lab.connect({ hosts, ttlMs });
  const [a, b, c, d] = await Promise.all([connect(), connect(), connect(), connect()]);
  const kept = await hold(a, "volume");
  const probe = startProbe(lab.etcd);
  const turns = startTraffic([b, c], { ttlMs });
  const alone = startTraffic([d], { ttlMs, lock: "alone" });
  await sleep(200);
  await fault();
  const [shared, own, awayMs] = await Promise.all([turns.stop(), alone.stop(), probe.stop()]);
  assertKeptUnlessAway(kept, awayMs, ttlMs);
  return { longestMs: own.longestMs, awayMs, failures: [...shared.failures, ...own.failures] };
}

/**
 * The lock was kept; or the cluster was away, as on a busy machine an election may take, for longer than a holder can do
 * without it: a renewal is due after a third of the TTL. Then its holder was told at least.
 */
export function assertKeptUnlessAway({ assertKept, lock }: KeptLock, awayMs: number, ttlMs: number): void {
  const marginMs = 500;
  if (awayMs <= (2 / 3) * ttlMs - 2 * marginMs) assertKept(`The cluster was away for ${awayMs} ms`);
  else assert.equal(lock.signal.aborted, !lock.held);
}

/**
 * Each acquire has succeeded, and none took longer than it may; where a busy machine has made the election itself take
 * long, a second longer than that.
 */
export function assertPause(
  { awayMs, failures, longestMs }: Seen,
  atMostMs: number = LONGEST_PAUSE_MS,
): void {
  assert.deepEqual(failures, []);
  const boundMs = Math.max(atMostMs, awayMs + 1_000);
  assert.ok(longestMs <= boundMs, `an acquire took ${longestMs} ms, the cluster was away for ${awayMs} ms`);
}
