import { FencingToken } from "@fenceline/core";
import type { HistoryEvent } from "@fenceline/testing";

/**
 * An operator took from workers what they held: not a failure of the lock, which cannot know at once. From `fromMs`
 * until it is told, and at the latest until `untilMs`, a holder may believe in it without being wrong.
 */
export type Break = { readonly fromMs: number; readonly untilMs: number } & (LeaseBreak | EntryBreak);

/** All that the worker had been granted up to a revision. */
interface LeaseBreak {
  readonly what: "lease";
  readonly worker: string;
  readonly revision: bigint;
}

/** What an operation was granted with its entry in a queue, and those to whom it was handed on. */
interface EntryBreak {
  readonly what: "entry";
  readonly lock: string;
  readonly operation: string;
}

type Granted = Extract<HistoryEvent, { kind: "granted" }>;
type BeliefEnded = Extract<HistoryEvent, { kind: "belief-ended" }>;

/**
 * The history in which the belief of a holder ends when an operator breaks its lock, provided that the holder itself
 * notices in time. Beliefs that go on for longer stay as they are, for the checker to find.
 */
export function excuseBreaks(
  events: readonly HistoryEvent[],
  breaks: readonly Break[],
): readonly HistoryEvent[] {
  if (breaks.length === 0) return events;
  const grants = events.filter((event) => event.kind === "granted");
  const beliefEnds = new Map<string, BeliefEnded>();
  for (const event of events) {
    if (event.kind === "belief-ended") beliefEnds.set(`${event.lock} ${event.operation}`, event);
  }
  const excused = breaks.flatMap((each) =>
    grants
      .filter((grant) => isHit(each, grant, grants))
      .filter((grant) => isToldInTime(each, beliefEnds.get(`${grant.lock} ${grant.operation}`)))
      .map((grant) => endBelief(grant, each)),
  );
  return [...events, ...excused];
}

function isHit(each: Break, grant: Granted, grants: readonly Granted[]): boolean {
  if (each.what === "lease") {
    const isGlobal = grant.lock.startsWith("global:");
    return isGlobal && grant.worker === each.worker && revisionOf(grant) <= each.revision;
  }
  if (grant.lock !== each.lock) return false;
  const first = grants.find(({ lock, operation }) => lock === each.lock && operation === each.operation);
  return first !== undefined && revisionOf(grant) === revisionOf(first);
}

/** Turns that are handed on inside a process have it in common. */
function revisionOf({ token }: Granted): bigint {
  return FencingToken.revision(FencingToken.from(token));
}

function isToldInTime({ fromMs, untilMs }: Break, ended: BeliefEnded | undefined): boolean {
  return ended !== undefined && ended.ms >= fromMs && ended.ms <= untilMs;
}

function endBelief({ lock, ms, operation, worker }: Granted, { fromMs }: Break): BeliefEnded {
  return { kind: "belief-ended", worker, lock, operation, ms: Math.max(ms, fromMs), why: "aborted" };
}
