import type { Clock } from "../clock.js";
import type { DeletionWatches } from "../etcd/deletion-watches.js";
import type { EtcdPort, KeyValue } from "../etcd/port.js";
import type { Session } from "../session/session.js";
import { type BlockingKey, writerOf } from "./blocker.js";
import type { Claim, ClaimRequest, LockRecipe, TryOutcome } from "./lock-recipe.js";
import { dequeue, enqueue, inspect, takeOverMarks, undoEnqueue } from "./mutex-queue.js";
import { type Enqueued, ownedBy } from "./queue-entry.js";
import type { KeySpace } from "./queue-keys.js";
import { type TryConditions, tryEnqueue } from "./try-queue.js";
import { waitTurn } from "./wait-turn.js";

export interface RecipeOptions {
  readonly port: EtcdPort;
  readonly clock: Clock;
  readonly watches: DeletionWatches;
  readonly keySpace: KeySpace;
}

export interface QueueRecipe extends LockRecipe {
  claim(session: Session, request: ClaimRequest): QueueClaim;
}

interface QueueClaim extends Claim {
  /** @param other what another recipe asks for the same locks, of keys and of marks that it will put itself */
  tryAcquire(rested: readonly KeyValue[], other?: Omit<TryConditions, "rested">): Promise<TryOutcome>;
}

/** Wire format `etcd`: a place in the queues of etcd's own lock recipe, first come, first served. */
export function createQueueRecipe(options: RecipeOptions): QueueRecipe {
  const { port, clock, watches, keySpace } = options;
  return {
    // Entering puts a key for each lock and reads its queue, and with a delay, in a transaction within, at a depth of
    // two, its mark.
    maxKeys: (delayed) => (delayed ? 42 : 64),
    assertName() {},
    claim(session, { names, record, marks }) {
      const queues = names.map((name) => keySpace.queuePrefix(name));
      /** What was read last of the entry. */
      let latest: Enqueued | undefined;
      let failure: unknown;

      const tellFailure = (error: unknown): never => {
        failure = error;
        throw error;
      };
      const lookAt = (found: Enqueued): BlockingKey | undefined => {
        latest = found;
        const [kv] = found.blockers;
        return kv && { kv, by: { ...writerOf(kv), ahead: found.ahead } };
      };
      return {
        session,
        marks,
        get foundMarks() {
          return latest?.foundMarks ?? [];
        },
        get grantedAt() {
          return latest?.revision ?? 0n;
        },
        async acquire(wait) {
          const entered = await enqueue(port, session, queues, record, marks).catch(tellFailure);
          const { entry } = entered;
          await waitTurn(lookAt(entered), {
            ...wait,
            clock,
            watches,
            ownKey: entry.keys[0] as string,
            ttlMs: session.ttlMs,
            look: async () => lookAt(await inspect(port, entry)),
          });
        },
        async tryAcquire(rested, other = { marks, alsoFree: [] }) {
          const conditions = { ...other, rested };
          const tried = await tryEnqueue(port, session, queues, record, marks, conditions).catch(tellFailure);
          latest = tried.enqueued;
          return { granted: latest !== undefined, sights: tried.sights };
        },
        async takeOverMarks() {
          if (latest !== undefined) await takeOverMarks(port, latest.entry, latest.foundMarks);
        },
        async leave({ keepMarks } = { keepMarks: false }) {
          if (latest !== undefined) {
            const { entry } = latest;
            return dequeue(port, keepMarks ? { ...entry, marks: [] } : entry);
          }
          if (failure !== undefined) await undoEnqueue(port, session, queues, record, marks, failure);
          return 0;
        },
        ownedBy: () => (latest === undefined ? [] : ownedBy(latest.entry)),
      };
    },
  };
}
