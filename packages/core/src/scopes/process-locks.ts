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
  return {
    async acquire(keys, request) {
      const ticket = queue.join(
        keys.map((key) => key.name),
        request,
      );
      if (!ticket.isAtHead) {
        blockedInProcess(queue, ticket, request);
        try {
          await ticket.atHead(request.signal);
        } catch (error) {
          ticket.leave();
          throw error;
        }
      }
      return new ProcessGrant(ticket, clock);
    },
    async tryAcquire(keys, request) {
      const ticket = queue.tryJoin(
        keys.map((key) => key.name),
        request,
      );
      return ticket && new ProcessGrant(ticket, clock);
    },
  };
}

class ProcessGrant implements Grant {
  readonly #ticket: Ticket;
  /** In the order of the ticket's names. */
  readonly #tokens: readonly FencingToken[];
  #releaseFacts: ReleaseFacts | undefined;

  constructor(ticket: Ticket, clock: Clock) {
    this.#ticket = ticket;
    this.#tokens = ticket.names.map(() => nextToken(clock));
  }

  get releaseFacts(): ReleaseFacts | undefined {
    return this.#releaseFacts;
  }

  tokenOf(key: LockKey): FencingToken {
    return this.#tokens[this.#ticket.names.indexOf(key.name)] as FencingToken;
  }

  assertHeld(): void {}

  onLost(): void {}

  async release(): Promise<void> {
    this.#releaseFacts ??= { waiters: queue.waitersBehind(this.#ticket.names), handedOver: false };
    this.#ticket.leave();
  }
}

const queue = new LocalQueue();
let lastToken = 0n;

function nextToken(clock: Clock): FencingToken {
  const token = nextCount(lastToken, clock.wallNow());
  lastToken = token;
  return token;
}
