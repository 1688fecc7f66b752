import { InvalidArgumentError } from "../errors.js";
import type { Op, TxnRequest, TxnResponse } from "./port.js";

/** Collects the writes and reads of one transaction. Keys are taken as they are. */
export interface GuardedTxn {
  /** Writes a key: `txn.put("volumes/42/host").value("volume-a")`. */
  put(key: string): { value(value: string | Uint8Array): GuardedTxn };
  delete(key: string): GuardedTxn;
  /** Reads a key; the value is in the result's `values`, in the order of the calls. */
  get(key: string): GuardedTxn;
}

/** What a transaction did. */
export interface GuardedTxnResult {
  /** etcd's revision after the transaction. */
  readonly revision: bigint;
  /** What `get` found, in the order of the calls; `undefined` for a key that does not exist. */
  readonly values: readonly (Buffer | undefined)[];
}

export interface TxnBuilder extends GuardedTxn {
  /** Throws `InvalidArgumentError` for an empty or half-written transaction. */
  request(): TxnRequest;
  result(response: TxnResponse): GuardedTxnResult;
}

export function createTxnBuilder(): TxnBuilder {
  const ops: Op[] = [];
  const unfinished = new Set<string>();
  const checkKey = (key: string): string => {
    if (typeof key !== "string" || key === "")
      throw new InvalidArgumentError("key", "a non-empty string", key);
    return key;
  };
  const builder: TxnBuilder = {
    put(key) {
      unfinished.add(checkKey(key));
      return {
        value(value) {
          if (typeof value !== "string" && !(value instanceof Uint8Array)) {
            throw new InvalidArgumentError(`value of "${key}"`, "a string or a Uint8Array", value);
          }
          unfinished.delete(key);
          ops.push({ type: "put", key, value });
          return builder;
        },
      };
    },
    delete(key) {
      ops.push({ type: "delete", key: checkKey(key) });
      return builder;
    },
    get(key) {
      ops.push({ type: "range", key: checkKey(key) });
      return builder;
    },
    request() {
      const [half] = unfinished;
      if (half !== undefined) throw new InvalidArgumentError("txn", "complete: `put(key).value(…)`", half);
      if (ops.length === 0)
        throw new InvalidArgumentError("txn", "at least one put, delete or get", "nothing");
      return { compare: [], success: ops };
    },
    result: (response) => ({
      revision: response.revision,
      values: response.results.flatMap((result) => (result.type === "range" ? [result.kvs[0]?.value] : [])),
    }),
  };
  return builder;
}
