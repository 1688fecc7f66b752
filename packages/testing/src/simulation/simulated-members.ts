import type { Clock } from "@fenceline/core";
import type { Op, TxnRequest, TxnResponse } from "@fenceline/core/etcd-port";
import { createEtcdStore, type EtcdStore } from "./etcd-store.js";
import { mayPut, refuse, refuseMalformed } from "./refusals.js";

/** What the members of a simulated cluster have agreed on, and what ends by itself. */
export interface SimulatedMembers {
  readonly store: EtcdStore;
  readonly raftTerm: bigint;
  /** False: no majority; nobody gets an answer, no lease ends. True again: a new leader, all TTLs anew. */
  available: boolean;
  /** True: the disk quota is exhausted; whatever would write is refused. */
  full: boolean;
  /** Throws `EtcdError` where etcd refuses. */
  txn(request: TxnRequest): Omit<TxnResponse, "repeated">;
  grantLease(id: bigint, ttlSeconds: number): void;
  /** The TTL in seconds; 0 if there is no such lease. */
  renewLease(id: bigint): number;
  endLease(id: bigint, how: "expired" | "revoked"): void;
  leaseIds(): readonly bigint[];
  leaseEndsAt(id: bigint): number | undefined;
  /** Calls back at each deletion of a key, until what is returned is called. */
  watch(key: string, onDeleted: (revision: bigint) => void): () => void;
}

/** Told of what etcd does, at the moment at which it does it. */
export interface MembersListener {
  readonly onTxn?: ((request: TxnRequest, answer: Omit<TxnResponse, "repeated">) => void) | undefined;
  /** Keys that are gone, with or without a lease. */
  readonly onDeleted?: ((keys: readonly string[]) => void) | undefined;
  readonly onLeaseEnded?: ((leaseId: bigint, how: "expired" | "revoked") => void) | undefined;
}

/** etcd looks for expired leases so often. */
const EXPIRY_TICK_MS = 500;

export function createSimulatedMembers(clock: Clock, listener: MembersListener): SimulatedMembers {
  const store = createEtcdStore();
  const leases = new Map<bigint, { readonly ttlSeconds: number; expiresAt: number }>();
  const watches = new Set<{ readonly key: string; readonly onDeleted: (revision: bigint) => void }>();
  let raftTerm = 1n;
  let available = true;
  let full = false;

  const apply = (request: TxnRequest) => {
    const { deleted, ...outcome } = store.txn(request);
    const answer = { ...outcome, revision: store.revision, raftTerm };
    listener.onTxn?.(request, answer);
    if (deleted.length > 0) listener.onDeleted?.(deleted);
    for (const watch of [...watches]) if (deleted.includes(watch.key)) watch.onDeleted(store.revision);
    return answer;
  };
  const endLease: SimulatedMembers["endLease"] = (id, how) => {
    if (!leases.delete(id)) return;
    listener.onLeaseEnded?.(id, how);
    const keys = store.keys("").filter((key) => store.get(key)?.lease === id);
    if (keys.length > 0) apply({ compare: [], success: keys.map((key) => ({ type: "delete", key })) });
  };
  const expire = (): void => {
    for (const [id, lease] of leases) {
      if (available && lease.expiresAt <= clock.now()) endLease(id, "expired");
    }
    if (leases.size > 0) clock.startTimer(EXPIRY_TICK_MS, expire);
  };
  const renew = (lease: { readonly ttlSeconds: number; expiresAt: number }): void => {
    lease.expiresAt = clock.now() + lease.ttlSeconds * 1000;
  };

  return {
    store,
    get raftTerm() {
      return raftTerm;
    },
    get available() {
      return available;
    },
    set available(next) {
      if (next && !available) {
        raftTerm += 1n;
        for (const lease of leases.values()) renew(lease);
      }
      available = next;
    },
    get full() {
      return full;
    },
    set full(next) {
      full = next;
    },
    txn(request) {
      refuseMalformed(request);
      if (full && mayPut(request)) refuse("mvcc: database space exceeded");
      const orphan = store.chosenBy(request).some((op) => leaseOf(op) !== 0n && !leases.has(leaseOf(op)));
      if (orphan) refuse("requested lease not found");
      return apply(request);
    },
    grantLease(id, ttlSeconds) {
      if (full) refuse("mvcc: database space exceeded");
      if (leases.size === 0) clock.startTimer(EXPIRY_TICK_MS, expire);
      leases.set(id, { ttlSeconds, expiresAt: clock.now() + ttlSeconds * 1000 });
    },
    renewLease(id) {
      const lease = leases.get(id);
      if (lease !== undefined) renew(lease);
      return lease?.ttlSeconds ?? 0;
    },
    endLease,
    leaseIds: () => [...leases.keys()],
    leaseEndsAt: (id) => leases.get(id)?.expiresAt,
    watch(key, onDeleted) {
      const watch = { key, onDeleted };
      watches.add(watch);
      return () => watches.delete(watch);
    },
  };
}

function leaseOf(op: Op): bigint {
  return op.type === "put" ? (op.lease ?? 0n) : 0n;
}
