import { FencingToken } from "@fenceline/core";
import type { Op, TxnRequest } from "@fenceline/core/etcd-port";
import type { EtcdStore } from "@fenceline/testing";
import type { Journal, JournalOperation } from "./journal.js";
import { lockNameIn, QUEUES } from "./lock-keys.js";

/** An entry in a queue, as etcd has it. */
export interface StandingEntry {
  readonly key: string;
  readonly lock: string;
  readonly createRevision: bigint;
  readonly lease: bigint;
  /** Whose it was at first; `undefined` for one that no operation of the schedule has written. */
  readonly operation: JournalOperation | undefined;
}

/** What stands in the queues, seen in etcd itself. */
export interface QueueWatch {
  /** To be told of every transaction that etcd did and of keys that went. */
  onTxn(request: TxnRequest): void;
  onDeleted(keys: readonly string[]): void;
  standing(): readonly StandingEntry[];
  /** The entries of a lock in the order of their create revisions. */
  queueOf(lock: string): readonly StandingEntry[];
  /** An operation was granted a lock. Returns the create revision of the entry that it has in the lock's queue. */
  noteGrant(operation: JournalOperation, lock: string, token: FencingToken): bigint | undefined;
  /** The first grants of all entries that held their locks. */
  readonly grants: readonly FirstGrant[];
}

/** When an operation was the first in all its queues, and when it was granted its locks. */
export interface FirstGrant {
  readonly operation: JournalOperation;
  freeMs: number;
  readonly grantMs: number;
}

export function createQueueWatch(store: () => EtcdStore, journal: Journal, now: () => number): QueueWatch {
  const entries = new Map<string, StandingEntry>();
  /** Since when an entry, as lock and create revision, was the first of its queue. */
  const firsts = new Map<string, number>();
  /** The create revision of the entry of a lock and an operation. */
  const entered = new Map<string, bigint>();
  /** The same by lock and revision of the grant: an entry that is handed on stays the one that it was. */
  const granted = new Map<string, bigint>();
  const grants = new Map<bigint, FirstGrant>();

  const queueOf = (lock: string): readonly StandingEntry[] =>
    [...entries.values()]
      .filter((entry) => entry.lock === lock)
      .sort((a, b) => Number(a.createRevision - b.createRevision));
  const noteFirst = (lock: string): void => {
    const [first] = queueOf(lock);
    if (first === undefined) return;
    const place = `${lock} ${first.createRevision}`;
    if (!firsts.has(place)) firsts.set(place, now());
  };

  return {
    onTxn(request) {
      for (const op of operationsOf(request)) {
        if (op.type !== "put" || !String(op.key).startsWith(QUEUES)) continue;
        const stored = store().get(String(op.key));
        if (stored === undefined || entries.get(stored.key)?.createRevision === stored.createRevision)
          continue;
        const operation = journal.operations.get(operationOf(stored.value) ?? "");
        const lock = lockOf(stored.key, operation);
        const { createRevision, key, lease } = stored;
        entries.set(key, { key, lock, createRevision, lease, operation });
        noteFirst(lock);
        if (operation !== undefined) entered.set(`${lock} ${operation.id}`, createRevision);
        if (operation?.ended === false && !operation.settled)
          journal.note(operation, { kind: "queued", createRevision }, [lock]);
      }
    },
    onDeleted(keys) {
      for (const key of keys) {
        const entry = entries.get(key);
        if (entry === undefined || store().get(key) !== undefined) continue;
        entries.delete(key);
        noteFirst(entry.lock);
      }
    },
    standing: () => [...entries.values()],
    queueOf,
    noteGrant(operation, lock, token) {
      const grant = `${lock} ${FencingToken.revision(token)}`;
      const createRevision = entered.get(`${lock} ${operation.id}`) ?? granted.get(grant);
      if (createRevision === undefined) return undefined;
      granted.set(grant, createRevision);
      const freeMs = firsts.get(`${lock} ${createRevision}`);
      if (freeMs === undefined) return createRevision;
      const first = grants.get(createRevision);
      if (first === undefined) grants.set(createRevision, { operation, freeMs, grantMs: now() });
      else if (first.operation === operation) first.freeMs = Math.max(first.freeMs, freeMs);
      return createRevision;
    },
    get grants() {
      return [...grants.values()];
    },
  };
}

/** All that a transaction may do, also in the transactions within. */
function operationsOf({ success, failure = [] }: TxnRequest): readonly Op[] {
  return [...success, ...failure].flatMap((op) => (op.type === "txn" ? operationsOf(op.txn) : [op]));
}

/** Operations give their names to the owner records of their entries. */
export function operationOf(value: Buffer): string | undefined {
  try {
    return (JSON.parse(value.toString()) as { operation?: string }).operation;
  } catch {
    return undefined;
  }
}

/** The lock that an entry was meant for, also where a faulty encoding has put it elsewhere. */
function lockOf(key: string, operation: JournalOperation | undefined): string {
  if (operation?.locks.length === 1) return operation.locks[0] as string;
  const name = lockNameIn(key);
  return operation?.locks.find((lock) => lock.toWellFormed() === name) ?? name;
}
