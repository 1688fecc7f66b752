import type { HistoryEvent } from "@fenceline/testing";
import { type Break, excuseBreaks } from "./breaks.js";

type SpanEvent = Extract<HistoryEvent, { kind: "etcd-available" | "etcd-unavailable" | "pause" | "resume" }>;

/**
 * Puts together what workers, the register and the runner wrote, as the checker wants it: outages, and pauses of
 * one worker, that several saw become one; an entry in a queue that was seen late counts only for those who waited
 * still, and for who was granted the lock with it; and what operators did is not laid to the locks.
 */
export function assembleHistory(
  written: readonly HistoryEvent[],
  breaks: readonly Break[],
): readonly HistoryEvent[] {
  const events = written.toSorted((one, other) => one.ms - other.ms);
  const rest = addCreateRevisions(events.filter((event) => !isSpanEvent(event)));
  const spans = mergeSpans(events.filter(isSpanEvent));
  const broken = new Set(
    breaks.flatMap((each) => (each.what === "entry" ? [`${each.lock} ${each.operation}`] : [])),
  );
  return [...spans, ...excuseBreaks(dropUselessQueued(rest, broken), breaks)];
}

function isSpanEvent(event: HistoryEvent): event is SpanEvent {
  return ["etcd-available", "etcd-unavailable", "pause", "resume"].includes(event.kind);
}

/** Spans that overlap become one. Each thing that can be away or stand still is counted by itself. */
function mergeSpans(events: readonly SpanEvent[]): readonly SpanEvent[] {
  const open = new Map<string, number>();
  return events.filter((event) => {
    const about = "worker" in event ? event.worker : "etcd";
    const isBegin = event.kind === "etcd-unavailable" || event.kind === "pause";
    const before = open.get(about) ?? 0;
    const after = Math.max(0, before + (isBegin ? 1 : -1));
    open.set(about, after);
    return isBegin ? before === 0 : before > 0 && after === 0;
  });
}

/** A grant's place in the queue is what the observer saw. Who was handed on another's entry has none of his own. */
function addCreateRevisions(events: readonly HistoryEvent[]): readonly HistoryEvent[] {
  const revisions = new Map<string, bigint>();
  for (const event of events) {
    if (event.kind === "queued") revisions.set(`${event.lock} ${event.operation}`, event.createRevision);
  }
  return events.map((event) =>
    event.kind === "granted"
      ? { ...event, createRevision: revisions.get(`${event.lock} ${event.operation}`) }
      : event,
  );
}

/** Leaves out entries whose operation was over, or unknown, when they were seen, and those that were deleted. */
function dropUselessQueued(
  events: readonly HistoryEvent[],
  broken: ReadonlySet<string>,
): readonly HistoryEvent[] {
  const waiting = new Set<string>();
  return events.filter((event) => {
    if (!("operation" in event)) return true;
    const id = `${event.lock} ${event.operation}`;
    if (event.kind === "queued") {
      return waiting.has(id) && !broken.has(id);
    }
    if (event.kind === "invoke" && event.call !== "release") waiting.add(id);
    else waiting.delete(id);
    return true;
  });
}
