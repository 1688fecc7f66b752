import { connect, FencingToken, type Lock } from "@fenceline/core";
import type { Op } from "@fenceline/core/etcd-port";
import { withMutations } from "./mutated-core.js";
import { onRequests, type PlantedBug } from "./planted-bug.js";

/** What can be wrong with tokens, guards and names. */
export const bugsOfTokens: readonly PlantedBug[] = [
  {
    name: "the resource accepts every token",
    why: "a write that was under way when its holder was lost comes after the next holder's",
    foundBy: ["fenced-effects"],
    plant: () => ({ connect, unguarded: true }),
  },
  {
    name: "a guarded transaction does not compare with the holder's entry",
    why: "a holder that was not told yet still writes to etcd",
    foundBy: ["fenced-effects"],
    schedules: { faults: ["delete-entry", "revoke"] },
    plant: onRequests((request) =>
      request.success.some(writesData) ? { ...request, compare: [] } : request,
    ),
  },
  {
    name: "the token is used again when an entry is handed on",
    why: "the resource cannot tell the two holders from each other",
    foundBy: ["token-order"],
    plant: () => ({
      connect,
      lock: (lock) => withTokens(lock, (token) => FencingToken.of(FencingToken.revision(token))),
    }),
  },
  {
    name: "the token is made from the lease instead of the revision",
    why: "a session that was opened earlier may have the greater lease id",
    foundBy: ["token-order", "linearizability"],
    plant: () => ({ connect, lock: (lock, leaseId) => withTokens(lock, () => FencingToken.from(leaseId)) }),
  },
  {
    name: "an entry is handed on while a transaction of the last holder is under way",
    why: "the guard is the entry, so that it lets the transaction through after the next holder's",
    foundBy: ["fenced-effects"],
    schedules: { faults: ["late-write"], nodes: 1 },
    plant: () =>
      withMutations({ file: "scopes/global-grant.js", from: "this.#unsettledTxns === 0 &&", to: "" }),
  },
  {
    name: "the entries of a/b stand in the queue of a",
    why: "etcdctl's and Go's locks do so (etcd-io/etcd#6278)",
    foundBy: ["late-grant"],
    schedules: { locks: ["a", "a/b"] },
    plant: () =>
      withMutations({
        file: "name-encoding.js",
        from: "return name.replace(",
        to: "return name; name.replace(",
      }),
  },
  {
    name: "two names that are no well-formed Unicode are one lock",
    why: "lone surrogates become the same bytes",
    foundBy: ["late-grant"],
    schedules: { locks: ["a\ud800", "a\udfff"] },
    plant: () => withMutations({ file: "lock-key.js", from: "!name.isWellFormed()", to: "false" }),
  },
];

function writesData(op: Op): boolean {
  return op.type === "put" && String(op.key).startsWith("data/");
}

function withTokens(lock: Lock, change: (token: FencingToken) => FencingToken): Lock {
  return new Proxy(lock, {
    get(target, name) {
      if (name === "tokenOf") return (key: string) => change(target.tokenOf(key));
      return Reflect.get(target, name);
    },
  });
}
