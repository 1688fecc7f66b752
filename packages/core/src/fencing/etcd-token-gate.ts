import {
  askMajority,
  type Compare,
  type EtcdPort,
  type Op,
  rangeOf,
  type TxnResponse,
} from "../etcd/port.js";
import { createTxnBuilder, type GuardedTxn, type GuardedTxnResult } from "../etcd/txn-builder.js";
import { encodeName } from "../name-encoding.js";
import type { FencingToken } from "./fencing-token.js";
import { assertAdmission, readStored, rejectToken, type TokenGate } from "./token-gate.js";

/** A gate that remembers in etcd, for data in etcd and for services that keep no state of their own. */
export interface EtcdTokenGate extends TokenGate {
  /**
   * Writes to etcd in one transaction that applies only if no newer token was admitted for the resource, and
   * that admits this one. Keys are taken as they are: the coordinator's namespace is not put before them.
   *
   * @throws StaleTokenError, UnreadableTokenError, InvalidArgumentError: nothing was written.
   * @throws EtcdError `etcd_outcome_unknown` when the answer was lost: the writes happened wholly or not at
   * all, and only if the token was admitted.
   *
   * @example
   * ```ts
   * await gate.guardedTxn("volume/42", token, (txn) => txn.put("volumes/42/host").value("volume-a"));
   * ```
   */
  guardedTxn(
    resource: string,
    token: FencingToken,
    build: (txn: GuardedTxn) => unknown,
  ): Promise<GuardedTxnResult>;
}

export interface EtcdTokenGateOptions {
  readonly port: Pick<EtcdPort, "txn">;
  /** What the keys begin with; the resource's encoded name follows. */
  readonly prefix: string;
}

/** Fixed width, so that texts sort as numbers. */
const DIGITS = 20;

/**
 * A gate in etcd: one key for each resource, its value the newest token as 20 decimal digits.
 *
 * A transaction applies the writes only if the stored token is the caller's own, which it is from the holder's
 * second write on. Otherwise it reads what is stored, and the next one goes by the revision of what was read:
 * it replaces the token and applies the writes only if nobody has changed the key since. So every value that
 * is replaced was read and understood; a single compare of values would take any garbage that sorts below the
 * token for an older one. A token can lose such a race to a newer token, which ends it, or to an older one:
 * no more often than there are such.
 */
export function createEtcdTokenGate({ port, prefix }: EtcdTokenGateOptions): EtcdTokenGate {
  const transact = async (
    resource: string,
    token: FencingToken,
    writes: readonly Op[],
  ): Promise<TxnResponse> => {
    const key = prefix + encodeName(resource);
    const value = token.toString().padStart(DIGITS, "0");
    const isNewest = { target: "value", key, result: "equal", value } as const;
    const whenNewest: readonly Op[] = writes.length > 0 ? writes : [askMajority(prefix)];
    let condition: Compare = isNewest;
    let success = whenNewest;
    for (;;) {
      const answer = await port.txn(
        { compare: [condition], success, failure: [{ type: "range", key }] },
        // A copy that comes late changes nothing by the token alone, but must not write again.
        { repeatable: writes.length === 0 },
      );
      if (answer.succeeded) return answer;

      const [stored] = rangeOf(answer.results[0]);
      const newest = stored && parseStored(resource, stored.value);
      if (newest !== undefined && newest > token) throw rejectToken("etcd", resource, token, newest);
      if (newest === token) {
        condition = isNewest;
        success = whenNewest;
      } else {
        condition = { target: "mod", key, result: "equal", value: stored?.modRevision ?? 0n };
        success = [...writes, { type: "put", key, value }];
      }
    }
  };

  return {
    async admit(resource, token) {
      assertAdmission(resource, token);
      await transact(resource, token, []);
    },
    async guardedTxn(resource, token, build) {
      assertAdmission(resource, token);
      const txn = createTxnBuilder();
      build(txn);
      return txn.result(await transact(resource, token, txn.request().success));
    },
  };
}

function parseStored(resource: string, value: Buffer): FencingToken {
  const text = value.toString();
  const [, digits] = /^(?=\d{20}$)0+(\d+)$/.exec(text) ?? [];
  return readStored(resource, text, digits);
}
