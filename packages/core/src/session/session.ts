import type { Clock, Timer } from "../clock.js";
import { debug } from "../debug.js";
import { SessionLostError } from "../errors.js";
import { type EtcdPort, rangeOf } from "../etcd/port.js";
import { type Random, randomLeaseId } from "../random.js";
import { Roster, type RosterEntry } from "../roster.js";
import { createLeaseRenewal } from "./lease-renewal.js";

/**
 * A lease that this process keeps alive, for all its global locks. It counts as lost from its deadline on,
 * whatever etcd may still say: the moment at which the last confirmed renewal was *sent*, plus the granted TTL,
 * minus a margin. etcd counts the TTL from when the renewal *arrived*, so it frees the locks later than that.
 *
 * Beside the lease there is one key, written with the lease. It names the node, it is what a renewal is proved
 * with, and it is the permit for entering queues: see `renewPermit`.
 */
export interface Session {
  readonly leaseId: bigint;
  /** The TTL that etcd granted, which may be more than was asked for, in milliseconds. */
  readonly ttlMs: number;
  readonly key: string;
  /** The modification revision of `key` that a transaction which enters a queue compares with. */
  readonly permit: bigint;
  /** False from the deadline on; synchronous, and right after a pause of the process as well. */
  isAlive(): boolean;
  /** Throws the `SessionLostError` unless the session is alive. */
  assertAlive(): void;
  /** Calls back once when the session is lost; at once if it was. `forget` takes the listener back. */
  onLost(listener: LossListener): RosterEntry<LossListener>;
  forget(listener: RosterEntry<LossListener>): void;
  /**
   * Writes the session's key again, so that no late copy of a transaction that compared with an earlier permit
   * can be applied any more. Does nothing if `stale` is not the present permit.
   */
  renewPermit(stale: bigint): Promise<void>;
  /** Takes over the modification revision that a transaction has found `key` at. */
  adoptPermit(found: bigint): void;
  /** A transaction has found that `key` is gone, and so the lease. Loses the session; returns why. */
  loseKey(): SessionLostError;
  /** Ends the session: stops renewing, and revokes the lease if `revoke`. */
  end(error: SessionLostError, options: { readonly revoke: boolean }): Promise<void>;
}

export type LossListener = (error: SessionLostError) => void;

export interface SessionOptions {
  readonly port: EtcdPort;
  readonly clock: Clock;
  readonly random: Random;
  readonly ttlMs: number;
  /** Where the session's key stands: `<keyPrefix><lease id in hex>`. */
  readonly keyPrefix: string;
  /** What is written there, for people who look. */
  readonly record: string;
  readonly onSuspect: () => void;
  readonly onConfirmed: () => void;
  /** Told of each renewal that was confirmed in time, with what was left until the deadline. */
  readonly onRenewed: (renewal: { readonly durationMs: number; readonly remainingMs: number }) => void;
  /** Told of each renewal that has to be sent again. */
  readonly onRenewalFailed: (reason: string) => void;
}

/** How long before etcd's own end of the lease the session counts as lost. */
function sessionMarginMs(ttlMs: number): number {
  return Math.min(Math.max(ttlMs / 10, 250), 2000);
}

/** Grants a lease and starts to renew it. Rejects with `EtcdError`. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { port, clock } = options;
  const leaseId = randomLeaseId(options.random);
  const key = `${options.keyPrefix}${leaseId.toString(16)}`;
  const askedAt = clock.now();
  const { ttlSeconds } = await port.leaseGrant(leaseId, Math.ceil(options.ttlMs / 1000));
  const ttlMs = ttlSeconds * 1000;
  let created: bigint;
  try {
    created = await writeSessionKey(port, key, options.record, leaseId);
  } catch (error) {
    port.leaseRevoke(leaseId).catch((cause) => debug("lease %s is left to expire: %s", leaseId, cause));
    throw error;
  }

  let permit = created;
  let lost: SessionLostError | undefined;
  let deadline = askedAt + ttlMs - sessionMarginMs(ttlMs);
  let deadlineTimer: Timer | undefined;
  let suspectTimer: Timer | undefined;
  const listeners = new Roster<LossListener>();

  const lose = (error: SessionLostError): void => {
    if (lost !== undefined) return;
    lost = error;
    debug("%s", error.message);
    renewal.stop();
    deadlineTimer?.cancel();
    suspectTimer?.cancel();
    const told = listeners.members();
    listeners.clear();
    for (const listener of told) listener(error);
  };
  const checkDeadline = (): void => {
    const late = clock.now() - deadline;
    if (lost !== undefined || late < 0) return;
    const why = `no renewal confirmed in time (${Math.round(late)} ms past the deadline)`;
    lose(new SessionLostError(leaseId, why, { reason: "expired" }));
    revoke().catch((cause) => debug("lease %s is left to expire: %s", leaseId, cause));
  };
  const onDeadlineTimer = (): void => {
    checkDeadline();
    // Timers may come a little before their time.
    if (lost === undefined) deadlineTimer = clock.startTimer(deadline - clock.now(), onDeadlineTimer);
  };
  const armTimers = (): void => {
    deadlineTimer?.cancel();
    suspectTimer?.cancel();
    deadlineTimer = clock.startTimer(deadline - clock.now(), onDeadlineTimer);
    suspectTimer = clock.startTimer(deadline - clock.now() - ttlMs / 2, options.onSuspect);
  };
  const revoke = (): Promise<void> => port.leaseRevoke(leaseId);

  const renewal = createLeaseRenewal({
    port,
    clock,
    leaseId,
    ttlMs,
    sessionKey: key,
    sessionKeyCreated: created,
    onConfirmed(sentAt, confirmedTtlMs) {
      checkDeadline();
      if (lost !== undefined) return;
      const now = clock.now();
      options.onRenewed({ durationMs: now - sentAt, remainingMs: deadline - now });
      deadline = Math.max(deadline, sentAt + confirmedTtlMs - sessionMarginMs(confirmedTtlMs));
      armTimers();
      options.onConfirmed();
    },
    onFailed: options.onRenewalFailed,
    onGone: (why) => lose(new SessionLostError(leaseId, why, { reason: "revoked" })),
  });
  armTimers();
  renewal.start();

  return {
    leaseId,
    ttlMs,
    key,
    get permit() {
      return permit;
    },
    isAlive() {
      checkDeadline();
      return lost === undefined;
    },
    assertAlive() {
      checkDeadline();
      if (lost !== undefined) throw lost;
    },
    onLost(listener) {
      const entry = listeners.add(listener);
      if (lost !== undefined) {
        listeners.remove(entry);
        listener(lost);
      }
      return entry;
    },
    forget(listener) {
      listeners.remove(listener);
    },
    async renewPermit(stale) {
      if (stale !== permit) return;
      const answer = await port.txn({
        compare: [{ target: "create", key, result: "equal", value: created }],
        success: [{ type: "put", key, value: options.record, lease: leaseId }],
        failure: [{ type: "range", key }],
      });
      if (!answer.succeeded) throw loseKey();
      if (answer.revision > permit) permit = answer.revision;
    },
    adoptPermit(found) {
      if (found > permit) permit = found;
    },
    loseKey,
    async end(error, { revoke: revokeLease }) {
      lose(error);
      if (revokeLease) await revoke();
    },
  };

  function loseKey(): SessionLostError {
    lose(new SessionLostError(leaseId, "its key in etcd is gone", { reason: "revoked" }));
    return lost as SessionLostError;
  }
}

async function writeSessionKey(port: EtcdPort, key: string, record: string, lease: bigint): Promise<bigint> {
  const answer = await port.txn({
    compare: [{ target: "create", key, result: "equal", value: 0n }],
    success: [{ type: "put", key, value: record, lease }],
    failure: [{ type: "range", key }],
  });
  if (answer.succeeded) return answer.revision;
  // An attempt of this very call that got no answer has written it.
  return rangeOf(answer.results[0])[0]?.createRevision ?? answer.revision;
}
