import { LockLostError, type SessionLostError } from "../errors.js";
import {
  askMajority,
  type Compare,
  countOf,
  type EtcdPort,
  type KeyValue,
  type Op,
  type OpResult,
  type RangeOp,
  rangeOf,
} from "../etcd/port.js";
import type { Session } from "../session/session.js";
import { createdAt, doesNotExist, isRefusal, permitIs, read } from "./compares.js";
import { decodeOwnerRecord, encodeOwnerRecord, type OwnerRecord } from "./owner-record.js";
import { entryKey } from "./queue-keys.js";
import { isEmpty, newestBefore, newestTwo, nobodyBefore } from "./queue-ops.js";
import { definedMarks, foreignMarks, type MarkKeys, putOrReadMarks, removeMark } from "./recovery-marks.js";
import { lookAtMarks, type MarkSight, onlyRested, sightsOf } from "./tried-marks.js";

/** Our place in the queues of one lock or several, entered in one transaction. */
export interface QueueEntry {
  readonly session: Session;
  readonly queues: readonly string[];
  readonly keys: readonly string[];
  /** etcd's revision at which all keys of the entry were created: its place in every queue. */
  readonly createRevision: bigint;
  readonly value: string;
  /** The recovery marks that belong to it while it holds. */
  readonly marks: MarkKeys;
  /** Set when a copy of the transaction that entered may still be on its way: the permit that it carries. */
  readonly strayPermit: bigint | undefined;
}

/**
 * An entry, and who stood before it at a revision of etcd; nobody means that it holds the lock, with its recovery
 * marks in place.
 */
export interface Enqueued {
  readonly entry: QueueEntry;
  readonly blockers: readonly KeyValue[];
  /** Recovery marks of others that an entry which holds has found: the lock must rest first. */
  readonly foundMarks: readonly KeyValue[];
  readonly revision: bigint;
  /** How many stand before the entry in the longest of its queues; known when it was entered, not later. */
  readonly ahead?: number | undefined;
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
  marks: MarkKeys,
): Promise<Enqueued> {
  const place = createPlace(session, queues, record, marks);
  let strayPermit: bigint | undefined;
  for (;;) {
    session.assertAlive();
    const { permit } = session;
    const answer = await port.txn({
      compare: [permitIs(session, permit), ...place.keys.map(doesNotExist)],
      success: [
        ...place.puts,
        ...queues.map((queue) => newestTwo(queue)),
        ...putOrReadMarks(queues.map(isEmpty), marks, place.value),
      ],
      failure: place.lookup,
    });
    if (answer.repeated) strayPermit = permit;
    if (answer.succeeded) {
      const found = answer.results.slice(queues.length, 2 * queues.length);
      const blockers = found.map(rangeOf).flatMap((kvs, i) => kvs.filter((kv) => kv.key !== place.keys[i]));
      const foundMarks = foreignMarks(answer.results[2 * queues.length], place.value);
      const ahead = Math.max(...found.map(countOf)) - 1;
      const { revision } = answer;
      return { entry: place.entry(revision, strayPermit), blockers, foundMarks, revision, ahead };
    }
    const own = await settleFailure(port, session, place, permit, answer.results);
    if (typeof own === "bigint") return inspect(port, place.entry(own, permit));
  }
}

/** What must hold, besides that all queues are empty, for a try to enter them. */
export interface TryConditions {
  /** The recovery marks of the locks, in the order of the queues. */
  readonly marks: MarkKeys;
  /** The marks that need not be missing. */
  readonly rested: readonly KeyValue[];
  /** Keys that must not exist; none, or one for each queue. */
  readonly alsoFree: readonly string[];
}

/** The entry of a try, which holds the lock; or what was seen of the marks, and no entry. */
export interface Tried {
  readonly enqueued?: Enqueued;
  readonly sights: readonly MarkSight[];
}

/**
 * Enters the queues only if all of them are empty and there are no recovery marks but rested ones, which it makes
 * its own, in one round trip; writes nothing otherwise.
 */
export async function tryEnqueue(
  port: EtcdPort,
  session: Session,
  queues: readonly string[],
  record: OwnerRecord,
  marks: MarkKeys,
  conditions: TryConditions,
): Promise<Tried> {
  const place = createPlace(session, queues, record, marks);
  const { alsoFree } = conditions;
  const granted = (entry: QueueEntry, revision: bigint): Tried => ({
    enqueued: { entry, blockers: [], foundMarks: [], revision },
    sights: [],
  });
  const isFree = (i: number): Compare[] => [
    isEmpty(queues[i] as string),
    ...alsoFree.slice(i, i + 1).map(doesNotExist),
  ];
  let strayPermit: bigint | undefined;
  for (;;) {
    session.assertAlive();
    const { permit } = session;
    const answer = await port.txn({
      compare: [
        permitIs(session, permit),
        ...queues.map(isEmpty),
        ...onlyRested(conditions.marks, conditions.rested),
        ...alsoFree.map(doesNotExist),
      ],
      success: [
        ...place.puts,
        ...definedMarks(marks).map((key): Op => ({ type: "put", key, value: place.value })),
      ],
      failure: [...place.lookup, ...lookAtMarks(conditions.marks, isFree)],
    });
    if (answer.repeated) strayPermit = permit;
    const { revision } = answer;
    if (answer.succeeded) return granted(place.entry(revision, strayPermit), revision);
    const own = await settleFailure(port, session, place, permit, answer.results);
    if (typeof own === "bigint") return granted(place.entry(own, permit), revision);
    if (own === "mended") continue;
    if (strayPermit !== undefined) await removeStray(port, place.entry(0n, strayPermit), strayPermit);
    return { sights: sightsOf(conditions.marks, answer.results.slice(place.lookup.length)) };
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
      ...putOrReadMarks(
        entry.queues.map((queue) => nobodyBefore(queue, entry.createRevision)),
        entry.marks,
        entry.value,
      ),
    ],
    failure: [read(entry.session.key)],
  });
  if (!answer.succeeded) throw whyGone(entry, answer.results[0]);
  const blockers = answer.results.slice(0, entry.queues.length).flatMap(rangeOf);
  const foundMarks = foreignMarks(answer.results[entry.queues.length + 1], entry.value);
  return { entry, blockers, foundMarks, revision: answer.revision };
}

/**
 * Makes the recovery marks that an entry has found its own, once the lock's delay is over.
 *
 * @throws LockLostError when the entry is gone, SessionLostError when the whole session is
 */
export async function takeOverMarks(
  port: EtcdPort,
  entry: QueueEntry,
  found: readonly KeyValue[],
): Promise<void> {
  const answer = await port.txn({
    compare: ownedBy(entry),
    success: found.map(({ key }) => ({ type: "put", key, value: entry.value })),
    failure: [read(entry.session.key)],
  });
  if (!answer.succeeded) throw whyGone(entry, answer.results[0]);
}

/**
 * Leaves all queues. Each key is deleted only if it is the one that was entered with, so that neither a
 * successor is freed nor anything is left because one of several keys is gone already. Deleting needs no
 * space: it works when etcd's quota is exhausted. A key that is gone already leaves its recovery mark.
 *
 * @returns how many stay in the queue; 0 for several queues, to count them would need operations that a
 * transaction may not have left
 */
export async function dequeue(port: EtcdPort, entry: QueueEntry): Promise<number> {
  const leave = entry.keys.map((key, i) => ({
    compare: [createdAt(key, entry.createRevision)],
    success: removal(entry, key, i),
  }));
  let waiters = 0;
  const [queue, ...more] = entry.queues;
  if (queue !== undefined && more.length === 0) {
    const [{ compare, success }] = leave as [(typeof leave)[0]];
    const answer = await port.txn({ compare, success: [...success, newestTwo(queue)] });
    if (answer.succeeded) waiters = countOf(answer.results.at(-1));
  } else {
    await port.txn({ compare: [], success: leave.map((txn) => ({ type: "txn", txn })) });
  }
  if (entry.strayPermit !== undefined) await removeStray(port, entry, entry.strayPermit);
  return waiters;
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
  marks: MarkKeys,
  failure: unknown,
): Promise<void> {
  if (isRefusal(failure)) return;
  const place = createPlace(session, queues, record, marks);
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
    success: entry.keys.map((key, i) => ({
      type: "txn",
      txn: {
        compare: [{ target: "value", key, result: "equal", value: entry.value }],
        success: removal(entry, key, i),
      },
    })),
  });
}

/** Deletes one key of an entry, and its recovery mark if that is the entry's own. */
function removal(entry: QueueEntry, key: string, index: number): Op[] {
  return [{ type: "delete", key }, ...removeMark(entry.marks[index], entry.value)];
}

function whyGone(entry: QueueEntry, sessionKey: OpResult | undefined): LockLostError | SessionLostError {
  if (rangeOf(sessionKey).length === 0) return entry.session.loseKey();
  return new LockLostError(entry.queues, "its entry in the queue is gone");
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

function createPlace(
  session: Session,
  queues: readonly string[],
  record: OwnerRecord,
  marks: MarkKeys,
): Place {
  const keys = queues.map((queue) => entryKey(queue, session.leaseId));
  const value = encodeOwnerRecord(record);
  return {
    keys,
    value,
    id: record.id,
    puts: keys.map((key) => ({ type: "put", key, value, lease: session.leaseId })),
    lookup: [...keys, session.key].map(read),
    entry: (createRevision, strayPermit) => ({
      session,
      queues,
      keys,
      createRevision,
      value,
      marks,
      strayPermit,
    }),
  };
}

/**
 * Finds out why a transaction that enters queues did not apply, and mends it.
 *
 * @param permit the permit that the transaction compared with
 * @returns the create revision of the entry if an earlier attempt of the same call had entered; "mended" if the
 * transaction can be tried again; "refused" if it was another of its conditions that did not hold
 */
async function settleFailure(
  port: EtcdPort,
  session: Session,
  place: Place,
  permit: bigint,
  results: readonly OpResult[],
): Promise<bigint | "mended" | "refused"> {
  const found = results.slice(0, place.keys.length).flatMap(rangeOf);
  const mine = found.find((kv) => decodeOwnerRecord(kv.value)?.id === place.id);
  if (mine !== undefined && found.length === place.keys.length) return mine.createRevision;

  const sessionKey = rangeOf(results[place.keys.length])[0];
  if (sessionKey === undefined) throw session.loseKey();
  const outdated = permit !== sessionKey.modRevision;
  session.adoptPermit(sessionKey.modRevision);

  // Left behind by an earlier attempt of this session, which the local queue has ended before this one. What is
  // left of a lock that was lost was never released: its recovery mark stays.
  for (const kv of found) {
    await port.txn({
      compare: [createdAt(kv.key, kv.createRevision)],
      success: [{ type: "delete", key: kv.key }],
    });
  }
  return outdated || found.length > 0 ? "mended" : "refused";
}
