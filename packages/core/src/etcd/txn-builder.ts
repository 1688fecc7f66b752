/** Collects the writes and reads of one transaction. */
export interface GuardedTxn {
  put(key: string): { value(value: string | Uint8Array): GuardedTxn };
  delete(key: string): GuardedTxn;
  get(key: string): GuardedTxn;
}

/** What a transaction did. */
export interface GuardedTxnResult {
  /** etcd's revision after the transaction. */
  readonly revision: bigint;
  /** The values that `get` found, in the order of the calls; `undefined` for a key that does not exist. */
  readonly values: readonly (Buffer | undefined)[];
}
