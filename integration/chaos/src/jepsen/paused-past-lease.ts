import type { HistoryEvent } from "@fenceline/testing";

/** How often a worker's lease ended while the worker stood still. */
export function countPausedPastLease(events: readonly HistoryEvent[]): number {
  const standing = new Set<string>();
  let count = 0;
  for (const event of events.toSorted((one, other) => one.ms - other.ms)) {
    if (event.kind === "pause") standing.add(event.worker);
    else if (event.kind === "resume") standing.delete(event.worker);
    else if (event.kind === "session-ended" && event.how === "expired" && standing.has(event.worker))
      count += 1;
  }
  return count;
}
