import { EtcdError, LockLostError } from "../errors.js";
import {
  askMajority,
  type Compare,
  type EtcdPort,
  type KeyValue,
  type Op,
  type OpResult,
  prefixEnd,
  type RangeOp,
  rangeOf,
} from "../etcd/port.js";
import type { Session } from "../session/session.js";
import { decodeOwnerRecord, encodeOwnerRecord, type OwnerRecord } from "./owner-record.js";
import { entryKey } from "./queue-keys.js";

/** Our place in the queues of one lock or several, entered in one transaction. */
export interface QueueEntry {
  readonly session: Session;
  readonly queues: readonly string[];
  readonly keys: readonly string[];
  /** etcd's revision at which all keys of the entry were created: its place in every queue, and its token. */
  readonly createRevision: bigint;
  readonly value: string;
  /** Set when a copy of the transaction that entered may still be on its way: the permit that it carries. */
  readonly strayPermit: bigint | undefined;
}

/** An entry, and who stands before it; nobody means that the lock is granted. */
export interface Enqueued {
  readonly entry: QueueEntry;
  readonly blockers: readonly KeyValue[];
}

/**
 * etcd's own lock recipe (Go `client/v3/concurrency`, `Mutex.Lock`), for one queue or several at once: a key
 * under each queue's prefix, in the order of create revisions; the first one holds the lock.
 *
 * All keys of one entry get the same create revision, so entries are totally ordered over all queues and
 * cannot wait for each other in a circle.
 */
export async function enqueue(
  port: EtcdPort,
  session: Session,
  queues: readonly string[],
  record: OwnerRecord,
): Promise<Enqueued> {
  const place = createPlace(session, queues, record);
  let strayPermit: bigint | undefined;
  for (;;) {
    session.assertAlive();
    const { permit } = session;
    const answer = await port.txn({
      compare: [permitIs(session, permit), ...place.keys.map(doesNotExist)],
      success: [...place.puts, ...queues.map((queue) => newestTwo(queue))],
      failure: place.lookup,
    });
    if (answer.repeated) strayPermit = permit;
    if (answer.succeeded) {
      const found = answer.results.slice(queues.length).map(rangeOf);
      const blockers = found.flatMap((kvs, i) => kvs.filter((kv) => kv.key !== place.keys[i]));
      return { entry: place.entry(answer.revision, strayPermit), blockers };
    }
    const own = await settleFailure(port, session, place, answer.results);
    if (own !== undefined) return inspect(port, place.entry(own, permit));
  }
}

/**
 * Enters the queues only if all of them are empty, in one round trip; writes nothing otherwise.
 *
 * @returns the entry, which holds the lock, or the first of those who stand in the queues
 */
export async function tryEnqueue(
  port: EtcdPort,
  session: Session,
  queues: readonly string[],
  record: OwnerRecord,
): Promise<QueueEntry | KeyValue> {
  const place = createPlace(session, queues, record);
  let strayPermit: bigint | undefined;
  for (;;) {
    session.assertAlive();
    const { permit } = session;
    const answer = await port.txn({
      compare: [permitIs(session, permit), ...queues.map(isEmpty)],
      success: place.puts,
      failure: [...place.lookup, ...queues.map((queue) => oldestOne(queue))],
    });
    if (answer.repeated) strayPermit = permit;
    if (answer.succeeded) return place.entry(answer.revision, strayPermit);
    const own = await settleFailure(port, session, place, answer.results);
    if (own !== undefined) return place.entry(own, permit);
    const holder = answer.results
      .slice(place.lookup.length)
      .flatMap(rangeOf)
      .find((kv) => !place.keys.includes(kv.key));
    if (holder === undefined) continue;
    if (strayPermit !== undefined) await removeStray(port, place.entry(0n, strayPermit), strayPermit);
    return holder;
  }
}

/**
 * Reads who stands before an entry, with proof that the entry itself still stands: the transaction deletes (a
 * key that never exists), so a majority has agreed to it, which a plain read of a paused or replaced leader
 * would not need.
 *
 * @throws LockLostError when the entry is gone, SessionLostError when the whole session is
 */
export async function inspect(port: EtcdPort, entry: QueueEntry): Promise<Enqueued> {
  const answer = await port.txn({
    compare: ownedBy(entry),
    success: [
      ...entry.queues.map((queue) => newestBefore(queue, entry.createRevision)),
      askMajority(entry.session.key),
    ],
    failure: [{ type: "range", key: entry.session.key }],
  });
  if (!answer.succeeded) {
    if (rangeOf(answer.results[0]).length === 0) throw entry.session.loseKey();
    throw new LockLostError(entry.queues, "its entry in the queue is gone");
  }
  return { entry, blockers: answer.results.slice(0, entry.queues.length).flatMap(rangeOf) };
}

/**
 * Leaves all queues. Each key is deleted only if it is the one that was entered with, so that neither a
 * successor is freed nor anything is left because one of several keys is gone already. Deleting needs no
 * space: it works when etcd's quota is exhausted.
 */
export async function dequeue(port: EtcdPort, entry: QueueEntry): Promise<void> {
  const [first, ...more] = entry.keys.map((key) => ({
    compare: [createdAt(key, entry.createRevision)],
    success: [{ type: "delete", key } as const],
  }));
  if (first === undefined) return;
  if (more.length === 0) await port.txn(first);
  else await port.txn({ compare: [], success: [first, ...more].map((txn) => ({ type: "txn", txn })) });
  if (entry.strayPermit !== undefined) await removeStray(port, entry, entry.strayPermit);
}

/**
 * Undoes an `enqueue` that failed without telling whether it was applied: first no copy of it can be applied
 * any more, then what was applied is removed. One that etcd has refused left nothing, and to undo it would most
 * likely be refused as well.
 */
export async function undoEnqueue(
  port: EtcdPort,
  session: Session,
  queues: readonly string[],
  record: OwnerRecord,
  failure: unknown,
): Promise<void> {
  if (failure instanceof EtcdError && !failure.retryable && failure.code !== "etcd_outcome_unknown") return;
  const place = createPlace(session, queues, record);
  await removeStray(port, place.entry(0n, undefined), session.permit);
}

/** The compares that hold as long as the entry stands. */
export function ownedBy(entry: QueueEntry): Compare[] {
  return entry.keys.map((key) => createdAt(key, entry.createRevision));
}

async function removeStray(port: EtcdPort, entry: QueueEntry, permit: bigint): Promise<void> {
  await entry.session.renewPermit(permit);
  await port.txn({
    compare: [],
    success: entry.keys.map((key) => ({
      type: "txn",
      txn: {
        compare: [{ target: "value", key, result: "equal", value: entry.value }],
        success: [{ type: "delete", key }],
      },
    })),
  });
}

interface Place {
  readonly keys: readonly string[];
  readonly value: string;
  readonly id: string;
  readonly puts: readonly Op[];
  /** Reads own keys and the session's key, to learn why a transaction did not apply. */
  readonly lookup: readonly RangeOp[];
  entry(createRevision: bigint, strayPermit: bigint | undefined): QueueEntry;
}

function createPlace(session: Session, queues: readonly string[], record: OwnerRecord): Place {
  const keys = queues.map((queue) => entryKey(queue, session.leaseId));
  const value = encodeOwnerRecord(record);
  return {
    keys,
    value,
    id: record.id,
    puts: keys.map((key) => ({ type: "put", key, value, lease: session.leaseId })),
    lookup: [...keys, session.key].map((key) => ({ type: "range", key })),
    entry: (createRevision, strayPermit) => ({ session, queues, keys, createRevision, value, strayPermit }),
  };
}

/**
 * Finds out why a transaction that enters queues did not apply, and mends it.
 *
 * @returns the create revision of the entry if an earlier attempt of the same call had entered; otherwise the
 * transaction can be tried again (or, in a try, somebody else stands in a queue)
 */
async function settleFailure(
  port: EtcdPort,
  session: Session,
  place: Place,
  results: readonly OpResult[],
): Promise<bigint | undefined> {
  const found = results.slice(0, place.keys.length).flatMap(rangeOf);
  const mine = found.find((kv) => decodeOwnerRecord(kv.value)?.id === place.id);
  if (mine !== undefined && found.length === place.keys.length) return mine.createRevision;

  const sessionKey = rangeOf(results[place.keys.length])[0];
  if (sessionKey === undefined) throw session.loseKey();
  session.adoptPermit(sessionKey.modRevision);

  // Left behind by an earlier attempt of this session, which the local queue has ended before this one.
  for (const kv of found) {
    await port.txn({
      compare: [createdAt(kv.key, kv.createRevision)],
      success: [{ type: "delete", key: kv.key }],
    });
  }
  return undefined;
}

function permitIs(session: Session, permit: bigint): Compare {
  return { target: "mod", key: session.key, result: "equal", value: permit };
}

function doesNotExist(key: string): Compare {
  return createdAt(key, 0n);
}

function createdAt(key: string, revision: bigint): Compare {
  return { target: "create", key, result: "equal", value: revision };
}

function isEmpty(queue: string): Compare {
  return { target: "create", key: queue, rangeEnd: prefixEnd(queue), result: "equal", value: 0n };
}

function newestTwo(queue: string): RangeOp {
  return { type: "range", key: queue, rangeEnd: prefixEnd(queue), order: "newest-first", limit: 2 };
}

function oldestOne(queue: string): RangeOp {
  return { type: "range", key: queue, rangeEnd: prefixEnd(queue), order: "oldest-first", limit: 1 };
}

function newestBefore(queue: string, revision: bigint): RangeOp {
  return { ...newestTwo(queue), limit: 1, maxCreateRevision: revision - 1n };
}
