/**
 * What Fenceline asks of etcd: six calls. Everything above this file is written against it, so that it runs as
 * well on a simulated cluster; only `etcd3-endpoint.ts`, and what it is made of, knows the client below it.
 */
export interface EtcdPort {
  /**
   * One transaction, answered by a majority. Safe to repeat unless the options say otherwise: an attempt that
   * got no answer is tried again, on another member if there is one.
   *
   * @throws EtcdError
   */
  txn(request: TxnRequest, options?: CallOptions): Promise<TxnResponse>;
  /** Grants a lease with an id of the caller's choice, so that a repeated grant is the same grant. */
  leaseGrant(id: bigint, ttlSeconds: number): Promise<{ readonly ttlSeconds: number }>;
  /** Ends a lease and removes its keys. A lease that does not exist is no error. */
  leaseRevoke(id: bigint): Promise<void>;
  /** Opens a stream of renewals of one lease, on another member than the last one that failed. */
  openKeepAlive(leaseId: bigint, handlers: KeepAliveHandlers): KeepAliveStream;
  /** Opens a stream that carries any number of watches. */
  openWatch(handlers: WatchHandlers): WatchStream;
  /** The version of the member asked, "3.5.16". */
  version(): Promise<string>;
  close(): void;
}

export interface CallOptions {
  /**
   * `false`: tried once; without an answer the call rejects with `etcd_outcome_unknown`. Default: `true`.
   */
  readonly repeatable?: boolean | undefined;
  /**
   * What the transaction takes, proves or gives back, by whatever names of it: it may then travel with transactions
   * about other locks, see `createGroupCommit`. Only for what is safe to repeat. Default: it travels alone.
   */
  readonly locks?: readonly string[] | undefined;
}

/** Text is sent as UTF-8. */
export type Bytes = string | Uint8Array;

export interface TxnRequest {
  /** All must hold for `success` to be done instead of `failure`. */
  readonly compare: readonly Compare[];
  readonly success: readonly Op[];
  readonly failure?: readonly Op[];
}

/** A condition on a key, or with `rangeEnd` on all keys that exist from `key` to before `rangeEnd`. */
export type Compare =
  | {
      readonly target: "create" | "mod" | "version";
      readonly key: Bytes;
      readonly rangeEnd?: Bytes | undefined;
      readonly result: CompareResult;
      readonly value: bigint;
    }
  | {
      /** Compared bytewise; false for a key that does not exist, whatever the result asked for. */
      readonly target: "value";
      readonly key: Bytes;
      readonly result: CompareResult;
      readonly value: Bytes;
    };

export type CompareResult = "equal" | "notEqual" | "greater" | "less";

export type Op =
  | { readonly type: "put"; readonly key: Bytes; readonly value: Bytes; readonly lease?: bigint | undefined }
  | { readonly type: "delete"; readonly key: Bytes; readonly rangeEnd?: Bytes | undefined }
  | RangeOp
  | { readonly type: "txn"; readonly txn: TxnRequest };

export interface RangeOp {
  readonly type: "range";
  readonly key: Bytes;
  readonly rangeEnd?: Bytes | undefined;
  readonly limit?: number | undefined;
  /** By create revision; without it by key. */
  readonly order?: "oldest-first" | "newest-first" | undefined;
  /** Only keys created at this revision or before. */
  readonly maxCreateRevision?: bigint | undefined;
  /** Without the keys: etcd then counts them without reading what they have. */
  readonly countOnly?: boolean | undefined;
}

export interface TxnResponse {
  readonly succeeded: boolean;
  readonly revision: bigint;
  readonly raftTerm: bigint;
  /** An answer for each operation of the branch that was done, in order. */
  readonly results: readonly OpResult[];
  /** True when an earlier attempt of this call got no answer: a copy of it may still be applied later. */
  readonly repeated: boolean;
}

export type OpResult =
  | { readonly type: "put" }
  | { readonly type: "delete"; readonly deleted: number }
  | {
      readonly type: "range";
      readonly kvs: readonly KeyValue[];
      /** How many keys the range has in all: neither the limit nor `maxCreateRevision` makes it smaller. */
      readonly count: number;
    }
  | {
      readonly type: "txn";
      readonly succeeded: boolean;
      readonly results: readonly OpResult[];
    };

export interface KeyValue {
  readonly key: string;
  readonly value: Buffer;
  readonly createRevision: bigint;
  readonly modRevision: bigint;
  readonly lease: bigint;
}

export interface KeepAliveStream {
  /** Asks for one renewal. Answers come in the order of the requests. */
  send(): void;
  /** Ends the stream because the member does not answer; the next stream goes to another one. */
  abandon(): void;
  /** Ends the stream without calling a handler. */
  close(): void;
}

export interface KeepAliveHandlers {
  /** `ttlSeconds` is 0 when the lease does not exist any more. */
  readonly onAnswer: (answer: { readonly ttlSeconds: number; readonly raftTerm: bigint }) => void;
  /** The stream is over; called at most once. */
  readonly onFailed: (error: Error) => void;
}

export interface WatchStream {
  /** Watches one key for its deletions, from now on. */
  create(watchId: number, key: string): void;
  cancel(watchId: number): void;
  /** Ends the stream without calling a handler. */
  close(): void;
}

export interface WatchHandlers {
  /** From the next revision on. */
  readonly onCreated: (watchId: number, revision: bigint) => void;
  readonly onDeleted: (watchId: number, revision: bigint) => void;
  /** etcd ended or refused this watch. */
  readonly onCanceled: (watchId: number) => void;
  /** The stream is over with all its watches; called at most once. */
  readonly onFailed: (error: Error) => void;
}

/**
 * An operation that changes nothing, not even the revision, and that a majority must agree to all the same: the
 * deletion of a key that nobody ever writes. Without it a transaction that only reads may be answered by a
 * member that was paused or replaced.
 */
export function askMajority(prefix: string): Op {
  return { type: "delete", key: `${prefix}/never` };
}

/** The end of the range of all keys that begin with `prefix`, which must end in a character below U+007F. */
export function prefixEnd(prefix: string): string {
  const last = prefix.charCodeAt(prefix.length - 1);
  if (!(last < 0x7f)) throw new RangeError(`Expected a prefix that ends in ASCII, got "${prefix}"`);
  return prefix.slice(0, -1) + String.fromCharCode(last + 1);
}

/** The keys that a range found. */
export function rangeOf(result: OpResult | undefined): readonly KeyValue[] {
  return asRange(result).kvs;
}

/** How many keys a range has in all, whatever its limit. */
export function countOf(result: OpResult | undefined): number {
  return asRange(result).count;
}

function asRange(result: OpResult | undefined): Extract<OpResult, { type: "range" }> {
  if (result?.type !== "range") throw new TypeError(`Expected the answer of a range, got ${result?.type}`);
  return result;
}
