import { type Compare, type KeyValue, type Op, type OpResult, rangeOf } from "../etcd/port.js";
import { read } from "./compares.js";
import { definedMarks, type MarkKeys } from "./recovery-marks.js";

// What a try, which waits for no delay, asks of the recovery marks of its locks.

/** What a try that failed has seen of a lock with a delay. */
export interface MarkSight {
  /** The key of the lock's recovery mark. */
  readonly key: string;
  readonly mark: KeyValue | undefined;
  /** Nobody held the lock or waited for it: the mark, if there was one, tells of an unclean end. */
  readonly isFree: boolean;
}

/** The compares that hold if there are no marks but those that have rested, each as it was seen. */
export function onlyRested(marks: MarkKeys, rested: readonly KeyValue[]): Compare[] {
  return definedMarks(marks).map((key) => ({
    target: "mod",
    key,
    result: "equal",
    value: rested.find((mark) => mark.key === key)?.modRevision ?? 0n,
  }));
}

/**
 * Reads each mark, and whether its lock is free; see `sightsOf`.
 *
 * @param isFree the compares that hold if nobody has the lock of the mark with that index
 */
export function lookAtMarks(marks: MarkKeys, isFree: (index: number) => readonly Compare[]): Op[] {
  return marks.flatMap((key, i): Op[] => {
    if (key === undefined) return [];
    return [{ type: "txn", txn: { compare: isFree(i), success: [read(key)], failure: [read(key)] } }];
  });
}

/** The mark that keeps a try from its locks: one that has not rested, or one that had and has gone since. */
export function markInTheWay(
  sights: readonly MarkSight[],
  rested: readonly KeyValue[],
): KeyValue | undefined {
  for (const { key, mark } of sights) {
    const expected = rested.find((one) => one.key === key);
    if (mark?.modRevision !== expected?.modRevision) return mark ?? expected;
  }
  return undefined;
}

/** What `lookAtMarks` has read, from its own part of the results. */
export function sightsOf(marks: MarkKeys, results: readonly OpResult[]): MarkSight[] {
  return results.map((result, i) => {
    if (result.type !== "txn")
      throw new TypeError(`Expected the answer of a transaction, got ${result.type}`);
    return {
      key: definedMarks(marks)[i] as string,
      mark: rangeOf(result.results[0])[0],
      isFree: result.succeeded,
    };
  });
}
