import { isTraceParent } from "../trace-parent.js";

/**
 * Who stands in a queue, written as the value of the queue entry. Go's client and etcdctl write nothing there
 * and ignore what they find.
 */
export interface OwnerRecord {
  /** Names this very attempt, never the same twice. */
  readonly id: string;
  readonly node: string;
  readonly pid: number;
  /** What the owner is going to do. */
  readonly operation?: string | undefined;
  /** When the owner began to wait, ISO 8601. */
  readonly since: string;
  /** The trace context of what the owner does with the lock, a traceparent. */
  readonly trace?: string | undefined;
}

/** Values longer than this are not ours and not parsed. */
const LONGEST_VALUE = 4096;
const LONGEST_FIELD = 200;
const LONGEST_PRINTED = 1000;

export function encodeOwnerRecord(record: OwnerRecord): string {
  return JSON.stringify({ v: 1, ...record });
}

/** Reads a record back. Whatever it finds (any client may write there) ends in a well-formed record or `undefined`. */
export function decodeOwnerRecord(value: Uint8Array): OwnerRecord | undefined {
  if (value.length === 0 || value.length > LONGEST_VALUE) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(value).toString());
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null) return undefined;
  const { id, node, pid, operation, since, trace } = parsed as Record<string, unknown>;
  if (!isField(id) || !isField(node) || !isField(since) || !Number.isSafeInteger(pid)) return undefined;
  return {
    id,
    node,
    pid: pid as number,
    since,
    ...(isField(operation) ? { operation } : {}),
    ...(isTraceParent(trace) ? { trace } : {}),
  };
}

/** One line about an owner, for error messages. */
export function describeOwner(record: OwnerRecord | undefined, entryKey: string): string {
  if (record === undefined) return `${printable(entryKey)} (not an owner record of Fenceline)`;
  const operation = record.operation === undefined ? "" : `, ${printable(record.operation)}`;
  return `${printable(record.node)} (pid ${record.pid}${operation}, since ${printable(record.since)})`;
}

function isField(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST_FIELD;
}

/** Control characters from outside must not reach a terminal, nor a key of a megabyte an error message. */
export function printable(text: string): string {
  return text.slice(0, LONGEST_PRINTED).replace(/\p{C}/gu, "?");
}
