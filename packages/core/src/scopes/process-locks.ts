import type { Clock } from "../clock.js";
import type { FencingToken } from "../fencing/fencing-token.js";
import { nextCount } from "../fencing/hybrid-counter.js";
import type { LockKey } from "../lock-key.js";
import { LocalQueue, type Ticket } from "../recipes/local-queue.js";
import { blockedInProcess } from "./blocked-in-process.js";
import type { Grant, ReleaseFacts, ScopeLocks } from "./scope-locks.js";

/**
 * Process scope: a queue in memory. All coordinators of a process share it, as all of them are in the process.
 */
export function createProcessLocks(clock: Clock): ScopeLocks {
  const toGrant = (keys: readonly LockKey[], ticket: Ticket): Grant => {
    const tokens = new Map<string, FencingToken>();
    for (const { name } of keys) {
      lastToken = nextCount(lastToken, clock.wallNow());
      tokens.set(name, lastToken as FencingToken);
    }
    let releaseFacts: ReleaseFacts | undefined;
    return {
      tokenOf: (key) => tokens.get(key.name) as FencingToken,
      assertHeld() {},
      onLost() {},
      async release() {
        releaseFacts ??= { waiters: queue.waitersBehind(ticket.names), handedOver: false };
        ticket.leave();
      },
      get releaseFacts() {
        return releaseFacts;
      },
    };
  };

  return {
    async acquire(keys, request) {
      const ticket = queue.join(
        keys.map((key) => key.name),
        request,
      );
      blockedInProcess(queue, ticket, request);
      try {
        if (!ticket.isAtHead) await ticket.atHead(request.signal);
      } catch (error) {
        ticket.leave();
        throw error;
      }
      return toGrant(keys, ticket);
    },
    async tryAcquire(keys, request) {
      const ticket = queue.tryJoin(
        keys.map((key) => key.name),
        request,
      );
      return ticket && toGrant(keys, ticket);
    },
  };
}

const queue = new LocalQueue();
let lastToken = 0n;
