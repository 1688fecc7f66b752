import type { Compare, EtcdPort, KeyValue, Op } from "../etcd/port.js";
import type { Session } from "../session/session.js";
import { doesNotExist, permitIs } from "./compares.js";
import { createPlace, type Enqueued, type QueueEntry, removeStray, settleFailure } from "./queue-entry.js";
import { isEmpty } from "./queue-ops.js";
import { definedMarks, type MarkKeys } from "./recovery-marks.js";
import { lookAtMarks, type MarkSight, onlyRested, sightsOf } from "./tried-marks.js";

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
  owner: string,
  marks: MarkKeys,
  conditions: TryConditions,
): Promise<Tried> {
  const place = createPlace(session, queues, owner, marks, conditions.rested);
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
    const answer = await port.txn(
      {
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
      },
      { locks: queues },
    );
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
