import type { Op, TxnRequest } from "@fenceline/core/etcd-port";
import { MARKS, QUEUES } from "../schedules/lock-keys.js";
import { withMutations } from "./mutated-core.js";
import { onRequests, type PlantedBug } from "./planted-bug.js";

/** What can be wrong with recovery marks and the delay of locks. */
export const bugsOfMarks: readonly PlantedBug[] = [
  {
    name: "a mark is taken over when it is found instead of when the delay has passed",
    why: "who gives up meanwhile takes the mark away, and the next one gets a lock that has not rested",
    foundBy: ["marks", "lock-delay"],
    schedules: { delayed: true, faults: ["crash", "pause"] },
    plant: onRequests((request) => changeMarks(request, takeOver)),
  },
  {
    name: "a release after the loss of its entry removes the mark",
    why: "an operator has taken the lock, and its holder may have requests under way",
    foundBy: ["marks", "lock-delay"],
    schedules: { delayed: true, faults: ["delete-entry"] },
    plant: onRequests(removeMarkAnyway),
  },
  {
    name: "a coordinator that is closed under a holder removes the mark",
    why: "nobody has waited for what the holder was doing",
    foundBy: ["marks", "lock-delay"],
    schedules: { delayed: true, faults: ["close"] },
    plant: () =>
      withMutations({
        file: "recipes/queue-recipe.js",
        from: 'ending === "cut off"',
        to: "false",
      }),
  },
  {
    name: "a release leaves the mark of the holder",
    why: "every next holder waits, and recovers from nothing",
    foundBy: ["marks"],
    schedules: { delayed: true },
    plant: onRequests((request) => changeMarks(request, (op) => (op.type === "delete" ? [] : [op]))),
  },
  {
    name: "of several marks the first one's delay counts",
    why: "the lock with the longest delay is granted before it has rested",
    foundBy: ["lock-delay"],
    schedules: { delayed: true, faults: ["crash"] },
    plant: () =>
      withMutations({
        file: "recipes/lock-delay.js",
        from: ".toSorted((a, b) => options.delayMsOf(b) - options.delayMsOf(a))",
        to: "",
      }),
  },
  {
    name: "a try takes a lock whatever mark is there",
    why: "it does not wait, so it has to be refused until the lock has rested",
    foundBy: ["marks", "lock-delay"],
    schedules: { delayed: true, faults: ["crash"] },
    plant: () =>
      withMutations({
        file: "recipes/try-queue.js",
        from: "...onlyRested(conditions.marks, conditions.rested),",
        to: "",
      }),
  },
];

type MarkOp = Extract<Op, { readonly key: unknown }>;

/** A transaction with what it does to marks replaced, at whatever depth. */
function changeMarks(
  request: TxnRequest,
  change: (op: MarkOp, request: TxnRequest) => readonly Op[],
): TxnRequest {
  const changed = (op: Op): readonly Op[] => {
    if (op.type === "txn") return [{ ...op, txn: changeMarks(op.txn, change) }];
    return isMark(op) ? change(op, request) : [op];
  };
  const { failure = [], success } = request;
  return { ...request, success: success.flatMap(changed), failure: failure.flatMap(changed) };
}

/** Puts over a mark that is read because it was there. */
function takeOver(op: MarkOp, { success }: TxnRequest): readonly Op[] {
  const put = success.find((one) => one.type === "put" && one.key === op.key);
  return op.type === "range" && put !== undefined ? [op, put] : [op];
}

/** Lets a transaction that deletes an entry delete the mark also if the entry has gone. */
function removeMarkAnyway(request: TxnRequest): TxnRequest {
  const [first, ...rest] = request.success;
  if (first?.type !== "delete" || !String(first.key).startsWith(QUEUES) || rest.length === 0) return request;
  const deletion: Op = { type: "txn", txn: { compare: request.compare, success: [first] } };
  return { ...request, compare: [], success: [deletion, ...rest] };
}

function isMark(op: MarkOp): boolean {
  return String(op.key).startsWith(MARKS);
}
