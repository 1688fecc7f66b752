import { EtcdError } from "../errors.js";
import type { Compare, RangeOp } from "../etcd/port.js";
import type { Session } from "../session/session.js";

/** Nobody has written the session's key since: no late copy of the transaction can be applied. */
export function permitIs(session: Session, permit: bigint): Compare {
  return { target: "mod", key: session.key, result: "equal", value: permit };
}

export function doesNotExist(key: string): Compare {
  return createdAt(key, 0n);
}

export function createdAt(key: string, revision: bigint): Compare {
  return { target: "create", key, result: "equal", value: revision };
}

export function read(key: string): RangeOp {
  return { type: "range", key };
}

/** etcd has refused: the request was not applied, and will not be. */
export function isRefusal(error: unknown): boolean {
  return error instanceof EtcdError && !error.retryable && error.code !== "etcd_outcome_unknown";
}
