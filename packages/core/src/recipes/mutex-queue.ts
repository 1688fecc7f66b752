import {
  askMajority,
  countOf,
  type EtcdPort,
  type KeyValue,
  type Op,
  rangeOf,
  type TxnRequest,
} from "../etcd/port.js";
import type { Session } from "../session/session.js";
import { createdAt, doesNotExist, isRefusal, permitIs, read } from "./compares.js";
import {
  createPlace,
  type Enqueued,
  keysOf,
  ownedBy,
  type QueueEntry,
  removal,
  removeStray,
  settleFailure,
  whyGone,
} from "./queue-entry.js";
import { count, isEmpty, newest, newestBefore, nobodyBefore } from "./queue-ops.js";
import { foreignMarks, type MarkKeys, putOrReadMarks } from "./recovery-marks.js";

/** An entry that was made, and who stood before it; not known where an earlier attempt of the same call has made it. */
export interface Entered {
  readonly entry: QueueEntry;
  readonly seen?: Enqueued | undefined;
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
  owner: string,
  marks: MarkKeys,
): Promise<Entered> {
  const place = createPlace(session, queues, owner, marks);
  let strayPermit: bigint | undefined;
  for (;;) {
    session.assertAlive();
    const { permit } = session;
    const answer = await port.txn(
      {
        compare: [permitIs(session, permit), ...place.keys.map(doesNotExist)],
        // The queues before the entry is in them, so that it is not read as well.
        success: [
          ...queues.map(newest),
          ...place.puts,
          ...putOrReadMarks(() => queues.map(isEmpty), marks, place.value),
        ],
        failure: place.lookup,
      },
      { locks: queues },
    );
    if (answer.repeated) strayPermit = permit;
    if (answer.succeeded) {
      const found = answer.results.slice(0, queues.length);
      const blockers = found.flatMap(rangeOf);
      const foundMarks = foreignMarks(answer.results[2 * queues.length], place.value);
      const ahead = Math.max(...found.map(countOf));
      const { revision } = answer;
      const entry = place.entry(revision, strayPermit);
      return { entry, seen: { entry, blockers, foundMarks, revision, ahead } };
    }
    const own = await settleFailure(port, session, place, permit, answer.results);
    if (typeof own === "bigint") return { entry: place.entry(own, permit) };
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
  const answer = await port.txn(
    {
      compare: ownedBy(entry),
      success: [
        ...entry.queues.map((queue) => newestBefore(queue, entry.createRevision)),
        askMajority(entry.session.key),
        ...putOrReadMarks(
          () => entry.queues.map((queue) => nobodyBefore(queue, entry.createRevision)),
          entry.marks,
          entry.value,
        ),
      ],
      failure: [read(entry.session.key)],
    },
    { locks: entry.queues },
  );
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
  const answer = await port.txn(
    {
      compare: ownedBy(entry),
      success: found.map(({ key }) => ({ type: "put", key, value: entry.value })),
      failure: [read(entry.session.key)],
    },
    { locks: entry.queues },
  );
  if (!answer.succeeded) throw whyGone(entry, answer.results[0]);
}

/**
 * Leaves all queues. Each key is deleted only if it is the one that was entered with, so that neither a
 * successor is freed nor anything is left because one of several keys is gone already. Deleting needs no
 * space: it works when etcd's quota is exhausted, but for marks that are put back. A key that is gone already leaves
 * its recovery mark.
 *
 * @returns how many stay in the queue; 0 for several queues, to count them would need operations that a
 * transaction may not have left
 */
export async function dequeue(port: EtcdPort, entry: QueueEntry): Promise<number> {
  const locks = { locks: entry.queues };
  const hasOne = entry.queues.length === 1;
  const removals = keysOf(entry).flatMap((key, i) => removal(entry, key, i));
  const { succeeded, results } = await port.txn(
    { compare: ownedBy(entry), success: [...removals, ...(hasOne ? entry.queues.map(count) : [])] },
    locks,
  );
  if (!succeeded && !hasOne) await port.txn(dequeueEach(entry), locks);
  if (entry.strayPermit !== undefined) await removeStray(port, entry, entry.strayPermit);
  return succeeded && hasOne ? countOf(results.at(-1)) : 0;
}

/** Removes what is left of an entry in several queues. */
function dequeueEach(entry: QueueEntry): TxnRequest {
  const success = keysOf(entry).map((key, i): Op => {
    const compare = [createdAt(key, entry.createRevision)];
    return { type: "txn", txn: { compare, success: removal(entry, key, i) } };
  });
  return { compare: [], success };
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
  owner: string,
  marks: MarkKeys,
  takenOver: readonly KeyValue[],
  failure: unknown,
): Promise<void> {
  if (isRefusal(failure)) return;
  const place = createPlace(session, queues, owner, marks, takenOver);
  await removeStray(port, place.entry(0n, undefined), session.permit);
}
