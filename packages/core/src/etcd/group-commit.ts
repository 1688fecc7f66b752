import { AsyncResource } from "node:async_hooks";
import { createDetached } from "../detached.js";
import { FencelineError } from "../errors.js";
import type { EtcdPort, Op, TxnRequest, TxnResponse } from "./port.js";

/** A transaction that waits for the next departure. */
class Rider {
  readonly request: TxnRequest;
  readonly locks: readonly string[];
  readonly resolve: (response: TxnResponse) => void;
  readonly reject: (error: unknown) => void;
  readonly #caller = new AsyncResource("fenceline");
  #writes: readonly Op[] | undefined;

  constructor(
    request: TxnRequest,
    locks: readonly string[],
    resolve: (response: TxnResponse) => void,
    reject: (error: unknown) => void,
  ) {
    this.request = request;
    this.locks = locks;
    this.resolve = resolve;
    this.reject = reject;
  }

  /** Sends it alone, in the async context of its caller: what becomes of the call belongs to the caller's trace. */
  sendTo(port: EtcdPort): Promise<TxnResponse> {
    return this.#caller.runInAsyncScope(() => port.txn(this.request));
  }

  /** What it writes, at the first level, where etcd checks it. */
  get writes(): readonly Op[] {
    this.#writes ??= writesOf(this.request);
    return this.#writes;
  }

  /** What it takes of etcd's limit on operations. */
  get depth(): number {
    return depthOf(this.request);
  }
}

/** etcd's `--max-txn-ops` unless an operator has set it. */
const DEFAULT_MAX_OPS = 128;

/** How many calls with riders may be under way at a time. */
const MAX_UNDER_WAY = 2;

/**
 * Group commit: transactions that name their locks, and are issued while others are on their way to etcd, go out
 * together as one transaction of nested transactions, each with its own compares and its own answer. A call costs
 * the same whatever it carries, so the more there is to do, the less each costs. Nothing waits for a timer: what is
 * issued in one turn of the event loop leaves at its end, or else with the answer to a call before it.
 *
 * Never together are two transactions for the same lock: all keys of one transaction get the same create revision,
 * and two places in a queue would be one. Never with others goes a transaction that names no locks: it passes as it
 * is, and so does each rider of a call that etcd has refused, as one of them may be the reason.
 *
 * etcd looks for permissions and for space at the first level only (CVE-2026-33343 for the permissions, mended in
 * 3.4.42, 3.5.28 and 3.6.9). So what the riders write stands there as well, in the branch that is never done.
 */
export function createGroupCommit(port: EtcdPort): EtcdPort {
  const detached = createDetached();
  let waiting: Rider[] = [];
  let underWay = 0;
  let departureIsSet = false;
  let maxOps = DEFAULT_MAX_OPS;

  // Answers wake their callers in microtasks, and those issue the next transactions: a tick later all have.
  const setDeparture = (): void => {
    if (departureIsSet || underWay === MAX_UNDER_WAY || waiting.length === 0) return;
    departureIsSet = true;
    detached(() => process.nextTick(departAll));
  };

  const departAll = (): void => {
    departureIsSet = false;
    while (underWay < MAX_UNDER_WAY && waiting.length > 0) {
      const { taken, left } = takeNext(waiting, maxOps);
      waiting = left;
      void depart(taken);
    }
  };

  const depart = async (riders: readonly Rider[]): Promise<void> => {
    underWay += 1;
    try {
      await carry(riders);
    } finally {
      underWay -= 1;
      setDeparture();
    }
  };

  const carry = async (riders: readonly Rider[]): Promise<void> => {
    const [first, ...more] = riders as [Rider, ...Rider[]];
    if (more.length === 0) return alone(first);
    let answer: TxnResponse;
    try {
      answer = await port.txn({
        compare: [],
        success: riders.map(({ request }): Op => ({ type: "txn", txn: request })),
        failure: riders.flatMap(({ writes }) => writes),
      });
    } catch (error) {
      const unknown = FencelineError.is(error, "etcd_outcome_unknown");
      if (!unknown && !FencelineError.is(error, "etcd_rejected") && !FencelineError.is(error, "etcd_auth")) {
        for (const rider of riders) rider.reject(error);
        return;
      }
      // Half as many go together from now on; a rider that is too large by itself is told so.
      if (/too many operations/.test(error.message)) maxOps = Math.min(maxOps, Math.ceil(opsOf(riders) / 2));
      await Promise.all(riders.map((rider) => alone(rider, unknown)));
      return;
    }
    for (const [i, rider] of riders.entries()) {
      const result = answer.results[i];
      if (result?.type === "txn") {
        rider.resolve({ ...answer, succeeded: result.succeeded, results: result.results });
      } else {
        rider.reject(new TypeError(`Expected the answer of a transaction, got ${result?.type}`));
      }
    }
  };

  /** @param repeated whether an earlier attempt may have been applied, or may be yet */
  const alone = (rider: Rider, repeated = false): Promise<void> =>
    rider
      .sendTo(port)
      .then((answer) => rider.resolve(repeated ? { ...answer, repeated } : answer), rider.reject);

  return {
    ...port,
    txn(request, options) {
      const { locks } = options ?? {};
      if (locks === undefined) return port.txn(request, options);
      return new Promise((resolve, reject) => {
        waiting.push(new Rider(request, locks, resolve, reject));
        setDeparture();
      });
    },
  };
}

/** Takes as many as fit into one transaction, first come, first served, but no two for the same lock. */
function takeNext(
  waiting: readonly Rider[],
  maxOps: number,
): { readonly taken: readonly Rider[]; readonly left: Rider[] } {
  if (waiting.length === 1) return { taken: waiting, left: [] };
  const taken: Rider[] = [];
  const left: Rider[] = [];
  const locks = new Set<string>();
  let deepest = 0;
  let writes = 0;
  let isFull = false;
  for (const rider of waiting) {
    if (isFull || rider.locks.some((lock) => locks.has(lock))) {
      left.push(rider);
      continue;
    }
    deepest = Math.max(deepest, rider.depth);
    writes += rider.writes.length;
    isFull = taken.length > 0 && Math.max(taken.length + 1, writes) + deepest > maxOps;
    (isFull ? left : taken).push(rider);
    for (const lock of rider.locks) locks.add(lock);
  }
  return { taken, left };
}

function opsOf(riders: readonly Rider[]): number {
  const writes = riders.reduce((sum, rider) => sum + rider.writes.length, 0);
  return Math.max(riders.length, writes) + Math.max(...riders.map(({ depth }) => depth));
}

/** What a transaction may write, in whichever branch, with empty values. Each key once, as etcd wants it. */
function writesOf(request: TxnRequest): readonly Op[] {
  const writes: Op[] = [];
  collectWrites(request, writes);
  return writes;
}

function collectWrites({ success, failure = [] }: TxnRequest, writes: Op[]): void {
  for (const op of [...success, ...failure]) {
    if (op.type === "txn") collectWrites(op.txn, writes);
    else if (op.type !== "range") {
      const known = writes.findIndex((write) => write.type !== "txn" && write.key === op.key);
      const write: Op = op.type === "put" ? { type: "put", key: op.key, value: "" } : op;
      if (known < 0) writes.push(write);
      else if (op.type === "put") writes[known] = write;
    }
  }
}

/** How etcd counts operations: those of the longest list, and below it those of the deepest transaction within. */
function depthOf({ compare, success, failure = [] }: TxnRequest): number {
  const within = [...success, ...failure].map((op) => (op.type === "txn" ? depthOf(op.txn) : 0));
  return Math.max(compare.length, success.length, failure.length) + Math.max(0, ...within);
}
