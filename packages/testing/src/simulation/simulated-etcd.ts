import type { Clock } from "@fenceline/core";
import type { EtcdStore } from "./etcd-store.js";
import { createSimulatedConnection, type SimulatedConnection } from "./simulated-connection.js";
import { createSimulatedMembers, type MembersListener } from "./simulated-members.js";

/**
 * A cluster of etcd on simulated time: transactions, leases and watches, and a network that can fail.
 *
 * @example
 * ```ts
 * const clock = createSimulatedClock();
 * const etcd = createSimulatedEtcd(clock);
 * const { port } = etcd.connect();
 * const coordinator = await clock.advanceUntil(connect({ parts: { clock, port } }), 10_000);
 * ```
 */
export interface SimulatedEtcd {
  readonly store: EtcdStore;
  /** A client's connection, to be given to `connect({ parts: { port } })`. */
  connect(): SimulatedConnection;
  /** As `etcdctl del`. */
  deleteKey(key: string): void;
  /** As `etcdctl lease revoke`. */
  revoke(leaseId: bigint): void;
  readonly leaseIds: readonly bigint[];
  /** When a lease ends unless it is renewed, on the simulated clock. */
  leaseEndsAt(leaseId: bigint): number | undefined;
  /**
   * False: there is no leader; no call is answered and no lease ends. True again: a new leader, a new term of
   * raft, and all TTLs begin anew.
   */
  available: boolean;
  /** True: the disk quota is exhausted (NOSPACE). Leases and writes are refused, deletions and reads are not. */
  full: boolean;
}

export interface SimulatedEtcdOptions extends MembersListener {
  /** Default: "3.4.23", a member of which answers renewals after it was cut off from its peers. */
  readonly version?: string | undefined;
}

/** The first release of each line in which a member that was cut off answers no renewals. */
const CAREFUL_SINCE: Readonly<Record<string, number>> = { "3.4": 31, "3.5": 13, "3.6": 0 };

export function createSimulatedEtcd(clock: Clock, options: SimulatedEtcdOptions = {}): SimulatedEtcd {
  const { version = "3.4.23" } = options;
  const members = createSimulatedMembers(clock, options);
  return {
    store: members.store,
    connect: () => createSimulatedConnection(clock, members, version, believesItself(version)),
    revoke: (leaseId) => members.endLease(leaseId, "revoked"),
    deleteKey(key) {
      members.txn({ compare: [], success: [{ type: "delete", key }] });
    },
    get leaseIds() {
      return members.leaseIds();
    },
    leaseEndsAt: members.leaseEndsAt,
    get available() {
      return members.available;
    },
    set available(next) {
      members.available = next;
    },
    get full() {
      return members.full;
    },
    set full(next) {
      members.full = next;
    },
  };
}

function believesItself(version: string): boolean {
  const [major, minor, patch] = version.split(".");
  const careful = CAREFUL_SINCE[`${major}.${minor}`];
  return careful === undefined || Number(patch) < careful;
}
