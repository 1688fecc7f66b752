import type { CinderRecipe } from "./cinder-recipe.js";
import type { LockRecipe } from "./lock-recipe.js";
import type { QueueRecipe } from "./queue-recipe.js";
import { definedMarks } from "./recovery-marks.js";

/**
 * Both wire formats for each lock: first the queue, in which all who use both or only the queue wait fairly, then
 * Cinder's key, which is proved and taken together with the entry in the queue. The recovery marks come with the
 * second, as the lock is held only then.
 *
 * Nobody waits in a circle: who waits for the queue has no key of Cinder's yet, and those are taken in one order.
 */
export function createCombinedRecipe(queue: QueueRecipe, cinder: CinderRecipe): LockRecipe {
  return {
    // What is written for the queue and for Cinder's key goes in two transactions, the second the larger one.
    maxKeys: (delayed) => cinder.maxKeys(delayed),
    assertName: (name) => cinder.assertName(name),
    claim(session, request) {
      const first = queue.claim(session, { ...request, marks: [] });
      const second = cinder.claim(session, request, first.ownedBy);
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
        async tryAcquire() {
          if (!(await first.tryAcquire([...second.keys, ...definedMarks(request.marks)]))) return false;
          if (await second.tryAcquire()) return true;
          await first.leave();
          return false;
        },
        async leave(options) {
          await second.leave(options);
          return first.leave(options);
        },
      };
    },
  };
}
