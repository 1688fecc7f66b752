import { type Compare, type KeyValue, type Op, type OpResult, rangeOf } from "../etcd/port.js";
import { decodeOwnerRecord } from "./owner-record.js";

/**
 * What a holder left behind that did not release the lock: its session was lost, or its entry in the queue was
 * deleted. Requests that it had sent may have been cut off half-way, or may have come late.
 *
 * A mark stands beside a held lock, in a key without a lease, with the holder's owner record as its value. It is
 * put with the entry that holds the lock and goes with it at the release, in the same transactions; so one that
 * a new holder finds tells of an unclean end. It is put where none is, or over one once the lock's delay has passed,
 * and a holder deletes only its own: whoever gives up or dies before leaves the mark that it found.
 */
export interface RecoveryMark {
  /** The name of the lock. */
  readonly name: string;
  /** Whose work was cut off; `undefined` when what stands in the mark cannot be read. */
  readonly previous: PreviousHolder | undefined;
}

/** A holder as it described itself in etcd. Anyone who may write there may have written it. */
export interface PreviousHolder {
  readonly node: string;
  readonly pid: number;
  /** What it was going to do. */
  readonly operation?: string | undefined;
  /** When it began to wait for the lock, ISO 8601. */
  readonly since: string;
}

/** The keys of an entry's marks, in the order of its queues; `undefined` for a lock without a delay. */
export type MarkKeys = readonly (string | undefined)[];

/**
 * Puts each mark that is missing and reads each that is there; see `foreignMarks`.
 *
 * @param condition the compares that must hold for that
 */
export function putOrReadMarks(condition: () => readonly Compare[], marks: MarkKeys, value: string): Op[] {
  const success = definedMarks(marks).map(
    (key): Op => ({
      type: "txn",
      txn: {
        compare: [{ target: "create", key, result: "equal", value: 0n }],
        success: [{ type: "put", key, value }],
        failure: [{ type: "range", key }],
      },
    }),
  );
  return success.length === 0 ? [] : [{ type: "txn", txn: { compare: condition(), success } }];
}

/** The marks that `putOrReadMarks` found, but for those that an earlier attempt of the same call had put. */
export function foreignMarks(result: OpResult | undefined, value: string): readonly KeyValue[] {
  if (result?.type !== "txn" || !result.succeeded) return [];
  return result.results
    .flatMap((one) => (one.type === "txn" && !one.succeeded ? rangeOf(one.results[0]) : []))
    .filter((kv) => kv.value.toString() !== value);
}

/**
 * Deletes a mark if it has this value: one that was found there stays, and one of `takenOver`, which the value was put
 * over, is put back.
 */
export function removeMark(key: string | undefined, value: string, takenOver: readonly KeyValue[]): Op[] {
  if (key === undefined) return [];
  const compare: Compare[] = [{ target: "value", key, result: "equal", value }];
  const found = takenOver.find((mark) => mark.key === key);
  const remove: Op = found === undefined ? { type: "delete", key } : { type: "put", key, value: found.value };
  return [{ type: "txn", txn: { compare, success: [remove] } }];
}

/** The keys of the marks that there are. */
export function definedMarks(marks: MarkKeys): string[] {
  return marks.filter((key) => key !== undefined);
}

/** What a mark in etcd says to the next holder of the lock of that name. */
export function readMark(name: string, value: Uint8Array): RecoveryMark {
  const record = decodeOwnerRecord(value);
  if (record === undefined) return { name, previous: undefined };
  const { id: _, ...previous } = record;
  return { name, previous };
}
