import type { KeyValue, Op, TxnRequest } from "../etcd/port.js";
import { type Blocker, writerOf } from "./blocker.js";
import { printable } from "./owner-record.js";

// What is asked of the keys of a lock in Cinder's wire format.

/** One lock of a claim. */
export interface ToozPlace {
  readonly key: string;
  readonly ownerKey: string;
  readonly mark: string | undefined;
  /** The create revision of the key when it is ours. */
  createdAt: bigint | undefined;
}

/** What a claim writes for its locks. */
export interface ToozWriting {
  /** At the key: 16 bytes that no other claim has, as a release by anybody compares with them. */
  readonly value: Uint8Array;
  /** At the owner's key, and at the mark. */
  readonly owner: string;
  readonly lease: bigint;
}

export function putLock({ key, ownerKey }: ToozPlace, { value, owner, lease }: ToozWriting): Op[] {
  return [
    { type: "put", key, value, lease },
    { type: "put", key: ownerKey, value: owner, lease },
  ];
}

/** Deletes what stands for a lock if the key is ours. A key that is gone already leaves its recovery mark. */
export function deleteLock(
  place: ToozPlace,
  { value, owner }: ToozWriting,
  removeMarkOf: (place: ToozPlace) => readonly Op[],
): TxnRequest {
  const { key, ownerKey } = place;
  const deleteOwner: Op = { type: "delete", key: ownerKey };
  return {
    compare: [{ target: "value", key, result: "equal", value }],
    success: [{ type: "delete", key }, deleteOwner, ...removeMarkOf(place)],
    // Somebody has deleted the key, and another may have written an owner since.
    failure: [
      {
        type: "txn",
        txn: {
          compare: [{ target: "value", key: ownerKey, result: "equal", value: owner }],
          success: [deleteOwner],
        },
      },
    ],
  };
}

/** Who holds a lock; an owner record speaks of the key beside it only if one transaction has written both. */
export function toozHolderOf(kv: KeyValue, ownerKv: KeyValue | undefined): Blocker {
  if (ownerKv?.modRevision !== kv.createRevision) {
    return { text: `a Cinder node (tooz), ${printable(kv.key)}, lease ${kv.lease.toString(16)}` };
  }
  return writerOf(kv, ownerKv.value);
}
