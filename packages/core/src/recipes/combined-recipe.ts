import type { CinderRecipe } from "./cinder-recipe.js";
import type { LockRecipe } from "./lock-recipe.js";
import { toozLockKey } from "./queue-keys.js";
import type { QueueRecipe } from "./queue-recipe.js";

/**
 * Both wire formats for each lock: first the queue, in which all who use both or only the queue wait fairly, then
 * Cinder's key, which is proved and taken together with the entry in the queue. The recovery marks come with the
 * second, as the lock is held only then.
 *
 * Nobody waits in a circle: who waits for the queue has no key of Cinder's yet, and those are taken in one order.
 */
export function createCombinedRecipe(queue: QueueRecipe, cinder: CinderRecipe): LockRecipe {
  return {
    // What is written for the queue and for Cinder's key goes in two transactions, and as many locks fit in the first.
    maxKeys: (delayed) => cinder.maxKeys(delayed),
    assertName: (name) => cinder.assertName(name),
    claim(session, request) {
      const first = queue.claim(session, { ...request, marks: [] });
      const second = cinder.claim(session, request, () => first.ownedBy());
      return {
        ...second,
        get foundMarks() {
          return second.foundMarks;
        },
        get grantedAt() {
          return second.grantedAt;
        },
        async acquire(wait) {
          await first.acquire(wait);
          wait.signal.throwIfAborted();
          await second.acquire(wait);
        },
        async tryAcquire(rested) {
          const { marks, names } = request;
          const entered = await first.tryAcquire(rested, { marks, alsoFree: names.map(toozLockKey) });
          if (!entered.granted) return entered;
          const taken = await second.tryAcquire(rested);
          if (!taken.granted) await first.leave("given up");
          return taken;
        },
        async leave(ending) {
          await second.leave(ending);
          return first.leave(ending);
        },
      };
    },
  };
}
