import type { FencingToken, GuardedTxn } from "@fenceline/core";
import type { TxnRequest } from "@fenceline/core/etcd-port";
import type { Journal } from "./journal.js";

/** What the keys begin with that are written in guarded transactions. */
export const DATA = "data/";

/** What the locks protect: a register for each, which knows the newest token, and a key in etcd for each. */
export interface Register {
  /** A write arrives at the register. */
  write(worker: string, lock: string, token: bigint): void;
  /** Puts a write to etcd into a guarded transaction. */
  put(txn: GuardedTxn, worker: string, lock: string, token: FencingToken): void;
  /** To be told of every transaction that etcd did. */
  onTxn(request: TxnRequest, succeeded: boolean): void;
}

export function createRegister(journal: Journal, now: () => number, guarded: boolean): Register {
  const newest = new Map<string, bigint>();
  const note = (resource: string, worker: string, lock: string, token: bigint, accepted: boolean): void => {
    const ms = now();
    journal.write({ kind: "effect", resource, worker, lock, token, accepted, beginMs: ms, ms });
  };
  return {
    write(worker, lock, token) {
      const known = newest.get(lock) ?? 0n;
      const accepted = !guarded || token >= known;
      if (accepted) newest.set(lock, token);
      note("register", worker, lock, token, accepted);
    },
    put: (txn, worker, lock, token) =>
      txn.put(`${DATA}${lock}`).value(JSON.stringify([worker, lock, `${token}`])),
    onTxn(request, succeeded) {
      for (const op of request.success) {
        if (op.type !== "put" || !String(op.key).startsWith(DATA)) continue;
        const [worker, lock, token] = JSON.parse(String(op.value)) as [string, string, string];
        note("etcd", worker, lock, BigInt(token), succeeded);
      }
    },
  };
}
