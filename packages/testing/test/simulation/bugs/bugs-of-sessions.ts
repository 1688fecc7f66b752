import type { Op, TxnRequest } from "@fenceline/core/etcd-port";
import { type Mutation, withMutations } from "./mutated-core.js";
import { inspects, onRequests, type PlantedBug } from "./planted-bug.js";

const notRechecked: readonly Mutation[] = [
  {
    file: "scopes/global-locks.js",
    from: "session.assertAlive();\n            return outcome;",
    to: "",
  },
  {
    file: "scopes/global-locks.js",
    from: "session.onLost((error) => signal.abort(error))",
    to: "session.onLost(() => {})",
  },
];

/** What can be wrong with the lease and with knowing how it stands. */
export const bugsOfSessions: readonly PlantedBug[] = [
  {
    name: "the deadline is counted from the answer instead of the sending",
    why: "etcd counts from when the renewal arrived, and frees the lock before the holder is told",
    foundBy: ["exclusion", "linearizability"],
    schedules: { faults: ["lose-requests", "slow"], nodes: 2 },
    plant: () =>
      withMutations({
        file: "session/lease-renewal.js",
        from: "onConfirmed(sent.at,",
        to: "onConfirmed(clock.now(),",
      }),
  },
  {
    name: "answers to renewals are believed without a proof",
    why: "a leader that was replaced answers them without end (etcd-io/etcd#15247)",
    foundBy: ["exclusion", "linearizability"],
    schedules: { faults: ["isolate"] },
    plant: () =>
      withMutations({
        file: "session/lease-renewal.js",
        from: "void prove(answer.raftTerm, confirm);",
        to: "void prove(answer.raftTerm, confirm); confirm();",
      }),
  },
  {
    name: "a renewal is proved by a transaction that only compares",
    why: "a member without a majority answers it from what it knew",
    foundBy: ["exclusion", "linearizability"],
    schedules: { faults: ["isolate"] },
    plant: onRequests((request) => {
      if (inspects(request) || !request.success.every(asksMajority)) return request;
      return {
        ...request,
        success: request.success.map(({ key }: Op & { key?: unknown }) => readOf(String(key))),
      };
    }),
  },
  {
    name: "nobody looks at the lease again after a wait",
    why: "the lock is returned although the session has died meanwhile (etcd-io/etcd#11456)",
    foundBy: ["exclusion", "linearizability", "token-order", "fairness"],
    async plant() {
      const { connect, port } = await withMutations(...notRechecked);
      const { port: unchecked } = onRequests(withoutOwnCheck)();
      return { connect, port: (given, world) => unchecked?.(port?.(given, world) ?? given, world) ?? given };
    },
  },
  {
    name: "renewals go on after the session was given up",
    why: "its entries stay in the queues although nobody knows of them any more",
    foundBy: ["leases-left", "leftovers", "ended-waits"],
    plant: () => withMutations({ file: "session/session.js", from: "renewal.stop();", to: "" }),
  },
  {
    name: "two processes draw the same random numbers",
    why: "they have the same lease, and each takes the other's entry for its own",
    foundBy: ["exclusion", "linearizability", "token-order"],
    plant: async () => ({ connect: (await import("@fenceline/core")).connect, sameRandom: true }),
  },
];

function asksMajority(op: Op): boolean {
  return op.type === "delete" && String(op.key).endsWith("/never");
}

function readOf(key: string): Op {
  return { type: "range", key };
}

function withoutOwnCheck(request: TxnRequest): TxnRequest {
  return inspects(request) ? { ...request, compare: [] } : request;
}
