import type { KeyValue } from "../etcd/port.js";
import { decodeOwnerRecord, describeOwner } from "./owner-record.js";

/** Who is in the way of a request. */
export interface Blocker {
  /** One line for people: node, process, operation, since when. */
  readonly text: string;
  /** Its trace context, a traceparent. */
  readonly trace?: string | undefined;
  /** How many stand before the request, where that can be seen. */
  readonly ahead?: number | undefined;
}

/** Whose key is in the way. */
export interface BlockingKey {
  readonly kv: KeyValue;
  /** The queue that it stands in: who follows there waits for one key after the other. */
  readonly queue: string;
  /** etcd's revision when it was seen. */
  readonly seenAt: bigint;
  readonly by: Blocker;
}

/** Who wrote an owner record, into the value of `kv` unless another is given; named by the key of `kv` if nobody did. */
export function writerOf(kv: KeyValue, record: Uint8Array = kv.value): Blocker {
  const owner = decodeOwnerRecord(record);
  return { text: describeOwner(owner, kv.key), trace: owner?.trace };
}
