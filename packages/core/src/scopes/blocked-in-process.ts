import type { LocalQueue, Ticket } from "../recipes/local-queue.js";
import type { LockRequest } from "./scope-locks.js";

/** Tells a request that has just joined a local queue of who in this process is before it, if anybody is. */
export function blockedInProcess(queue: LocalQueue, ticket: Ticket, request: LockRequest): void {
  const blocker = queue.blockerOf(ticket);
  if (blocker === undefined) return;
  const { owner, ahead } = blocker;
  request.onBlocked?.({
    text: `this process (pid ${process.pid}, ${owner.operation ?? "unnamed operation"})`,
    trace: owner.trace,
    ahead,
  });
}
