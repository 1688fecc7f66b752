import type { EtcdPort, KeyValue, TxnResponse } from "@fenceline/core/etcd-port";
import type { World } from "../schedules/world.js";
import {
  deletions,
  enters,
  inspects,
  leaves,
  onPort,
  onRequests,
  type PlantedBug,
  pretended,
  undoes,
} from "./planted-bug.js";

/** What can be wrong with entering, waiting in and leaving queues. */
export const bugsOfQueues: readonly PlantedBug[] = [
  {
    name: "a release deletes whatever stands under its key",
    why: "a copy of it that comes late frees the session's next holder (etcd-io/etcd#22082)",
    foundBy: ["exclusion", "linearizability", "fairness"],
    schedules: { faults: ["late-copy"] },
    plant: onRequests((request) => {
      if (!leaves(request)) return request;
      const success = request.success.map((op) =>
        op.type === "txn" ? { ...op, txn: { ...op.txn, compare: [] } } : op,
      );
      return { ...request, compare: [], success };
    }),
  },
  {
    name: "its own key is not checked before the grant",
    why: "a waiter whose entry is gone is granted the lock beside the next one",
    foundBy: ["exclusion", "linearizability", "token-order", "fairness"],
    schedules: { faults: ["delete-entry", "pause"] },
    plant: onRequests((request) => (inspects(request) ? { ...request, compare: [] } : request)),
  },
  {
    name: "the lock is taken as granted when the one before has gone, whoever else is there",
    why: "who stood before may have given up while others before it hold and wait",
    foundBy: ["exclusion", "linearizability", "fairness"],
    plant: onPort(trustPredecessor),
  },
  {
    name: "waiters are served last come, first served",
    why: "the first may wait for ever",
    foundBy: ["fairness"],
    schedules: { locks: ["a"] },
    plant: onPort(serveYoungest),
  },
  {
    name: "a try takes the lock although somebody holds it",
    why: "it does not compare with an empty queue",
    foundBy: ["exclusion", "linearizability"],
    plant: onRequests((request) => {
      if (!enters(request)) return request;
      const compare = request.compare.filter((each) => !("rangeEnd" in each));
      return { ...request, compare };
    }),
  },
  {
    name: "an entry the answer to which was lost is left in the queue",
    why: "it blocks everybody for as long as the process lives",
    foundBy: ["leftovers", "ended-waits"],
    schedules: { faults: ["late-copy", "lose-answers"] },
    plant: onPort((port, world) => ({
      txn: (request, options) => (undoes(request) ? pretended(world) : port.txn(request, options)),
    })),
  },
  {
    name: "an aborted wait leaves its entry in the queue",
    why: "its session is kept alive, and so is the entry: a dead place in the queue, for ever",
    foundBy: ["leftovers", "ended-waits"],
    plant: onPort((port, world) => ({
      txn(request, options) {
        const waits = deletions(request).some((key) => {
          const entry = world.queues.standing().find((standing) => standing.key === key);
          return entry !== undefined && world.queues.queueOf(entry.lock)[0] !== entry;
        });
        return leaves(request) && waits ? pretended(world) : port.txn(request, options);
      },
    })),
  },
  {
    name: "a late copy of a request can still enter the queue",
    why: "the permit of the session is not compared",
    foundBy: ["leftovers", "ended-waits"],
    plant: onRequests((request) => {
      if (!enters(request)) return request;
      return { ...request, compare: request.compare.filter(({ target }) => target !== "mod") };
    }),
  },
  {
    name: "a watch is resumed without reading",
    why: "what was released while the connection was broken is never heard of",
    foundBy: ["late-grant"],
    schedules: { faults: ["break-watches"] },
    plant: onPort(resumeSilently),
  },
  {
    name: "the queue is read before the watch is set",
    why: "what was released in between is never heard of",
    foundBy: ["late-grant"],
    plant: onPort((port, { clock, etcd }) => ({
      openWatch(handlers) {
        const stream = port.openWatch(handlers);
        return {
          ...stream,
          create(watchId, key) {
            handlers.onCreated(watchId, etcd.store.revision);
            clock.startTimer(20, () => stream.create(watchId, key));
          },
        };
      },
    })),
  },
];

/** Answers that nobody stands before an entry as soon as somebody else does than at first. */
function trustPredecessor(port: EtcdPort): Partial<EtcdPort> {
  const first = new Map<string, string | undefined>();
  return {
    async txn(request, options) {
      const answer = await port.txn(request, options);
      return replaceBlockers(answer, request.success.length, (kvs, index) => {
        const op = request.success[index];
        if (op?.type !== "range") return kvs;
        const { maxCreateRevision } = op;
        const place = `${op.key} ${maxCreateRevision ?? answer.revision - 1n}`;
        if (maxCreateRevision === undefined)
          first.set(place, kvs.find((kv) => kv.modRevision < answer.revision)?.key);
        return first.has(place) && first.get(place) !== kvs[0]?.key && maxCreateRevision !== undefined
          ? []
          : kvs;
      });
    },
  };
}

const served = new WeakMap<World, Set<bigint>>();

/** Lets an entry wait for who holds the lock, and then for the youngest instead of the oldest. */
function serveYoungest(port: EtcdPort, world: World): Partial<EtcdPort> {
  const holders = served.get(world) ?? new Set();
  served.set(world, holders);
  return {
    async txn(request, options) {
      const answer = await port.txn(request, options);
      const enqueues = enters(request) && request.success.some((op) => op.type === "range");
      if (!answer.succeeded || !(enqueues || inspects(request))) {
        if (answer.succeeded && enters(request)) holders.add(answer.revision);
        return answer;
      }
      return replaceBlockers(answer, request.success.length, (_, index) => {
        const op = request.success[index];
        const before = op?.type === "range" ? op.maxCreateRevision : undefined;
        const own = before === undefined ? answer.revision : before + 1n;
        const others = world.queues.queueOf("a").filter(({ createRevision }) => createRevision !== own);
        const holder = others.find(({ createRevision }) => holders.has(createRevision));
        const youngest = others.findLast(({ createRevision }) => createRevision > own);
        const blocker = world.etcd.store.get((holder ?? youngest)?.key ?? "");
        if (blocker === undefined) holders.add(own);
        return blocker === undefined ? [] : [blocker];
      });
    },
  };
}

/** The answer with what its ranges found replaced. */
function replaceBlockers(
  answer: TxnResponse,
  operations: number,
  replace: (kvs: readonly KeyValue[], index: number) => readonly KeyValue[],
): TxnResponse {
  if (!answer.succeeded || answer.results.length !== operations) return answer;
  const results = answer.results.map((result, index) =>
    result.type === "range" ? { ...result, kvs: replace(result.kvs, index) } : result,
  );
  return { ...answer, results };
}

/** Opens a stream of watches again when it breaks, and tells nobody. */
function resumeSilently(port: EtcdPort, { clock }: World): Partial<EtcdPort> {
  return {
    openWatch(handlers) {
      const wanted = new Map<number, string>();
      const open = (): ReturnType<EtcdPort["openWatch"]> =>
        port.openWatch({
          ...handlers,
          onFailed() {
            clock.startTimer(1_000, () => {
              stream = open();
              for (const [watchId, key] of wanted) stream.create(watchId, key);
            });
          },
        });
      let stream = open();
      return {
        create(watchId, key) {
          wanted.set(watchId, key);
          stream.create(watchId, key);
        },
        cancel(watchId) {
          wanted.delete(watchId);
          stream.cancel(watchId);
        },
        close: () => stream.close(),
      };
    },
  };
}
