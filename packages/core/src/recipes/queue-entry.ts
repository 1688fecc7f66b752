import { LockLostError, type SessionLostError } from "../errors.js";
import {
  type Compare,
  type EtcdPort,
  type KeyValue,
  type Op,
  type OpResult,
  type RangeOp,
  rangeOf,
} from "../etcd/port.js";
import type { Session } from "../session/session.js";
import { createdAt, read } from "./compares.js";
import { entryKey } from "./queue-keys.js";
import { type MarkKeys, removeMark } from "./recovery-marks.js";

/** Our place in the queues of one lock or several, entered in one transaction. */
export interface QueueEntry {
  readonly session: Session;
  readonly queues: readonly string[];
  /** etcd's revision at which all keys of the entry were created: its place in every queue. */
  readonly createRevision: bigint;
  /** The encoded record of the owner; no other entry has the same. */
  readonly value: string;
  /** The recovery marks that belong to it while it holds. */
  readonly marks: MarkKeys;
  /** Marks of others that it was to put its own over; without a grant they are put back. */
  readonly takenOver: readonly KeyValue[];
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

/** The keys of an entry, in the order of its queues. */
export function keysOf({ queues, session }: Pick<QueueEntry, "queues" | "session">): string[] {
  return queues.map((queue) => entryKey(queue, session.leaseId));
}

/** The compares that hold as long as the entry stands. */
export function ownedBy(entry: QueueEntry): Compare[] {
  return keysOf(entry).map((key) => createdAt(key, entry.createRevision));
}

/** Removes what a copy of the transaction that entered may have applied, after none can be applied any more. */
export async function removeStray(port: EtcdPort, entry: QueueEntry, permit: bigint): Promise<void> {
  await entry.session.renewPermit(permit);
  await port.txn({
    compare: [],
    success: keysOf(entry).map((key, i) => ({
      type: "txn",
      txn: {
        compare: [{ target: "value", key, result: "equal", value: entry.value }],
        success: removal(entry, key, i),
      },
    })),
  });
}

/** Deletes one key of an entry, and its recovery mark if that is the entry's own. */
export function removal(entry: QueueEntry, key: string, index: number): Op[] {
  return [{ type: "delete", key }, ...removeMark(entry.marks[index], entry.value, entry.takenOver)];
}

/** Why a transaction that compares with an entry did not apply. */
export function whyGone(
  entry: QueueEntry,
  sessionKey: OpResult | undefined,
): LockLostError | SessionLostError {
  if (rangeOf(sessionKey).length === 0) return entry.session.loseKey();
  return new LockLostError(entry.queues, "its entry in the queue is gone");
}

const NOTHING: readonly never[] = [];

/** What a request writes to enter queues. */
export interface Place {
  readonly keys: readonly string[];
  readonly value: string;
  readonly puts: readonly Op[];
  /** Reads own keys and the session's key, to learn why a transaction did not apply. */
  readonly lookup: readonly RangeOp[];
  entry(createRevision: bigint, strayPermit: bigint | undefined): QueueEntry;
}

export function createPlace(
  session: Session,
  queues: readonly string[],
  value: string,
  marks: MarkKeys,
  takenOver: readonly KeyValue[] = NOTHING,
): Place {
  const keys = keysOf({ queues, session });
  return {
    keys,
    value,
    puts: keys.map((key) => ({ type: "put", key, value, lease: session.leaseId })),
    lookup: [...keys, session.key].map(read),
    entry: (createRevision, strayPermit) => ({
      session,
      queues,
      createRevision,
      value,
      marks,
      takenOver,
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
export async function settleFailure(
  port: EtcdPort,
  session: Session,
  place: Place,
  permit: bigint,
  results: readonly OpResult[],
): Promise<bigint | "mended" | "refused"> {
  const found = results.slice(0, place.keys.length).flatMap(rangeOf);
  const mine = found.find((kv) => kv.value.toString() === place.value);
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
