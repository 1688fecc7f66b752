import { NODES, type Schedule, type Step, TTL_MS } from "./schedule.js";

/** How long an undisturbed waiter may take to be granted a lock that is free, in milliseconds. */
const SLACK_MS = 500;

/** After these a node may be late for as long as it lasts, and for a TTL more. */
const disturbing = new Set<Step["do"]>([
  "close",
  "crash",
  "isolate",
  "late-copy",
  "lose-answers",
  "lose-events",
  "lose-requests",
  "outage",
  "pause",
  "slow",
]);

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Tells whether a grant came late: somebody was the first in all queues, nothing was wrong with its node, and
 * still it had to wait, other than for the rest of a lock with a delay.
 */
export function createLateness(
  schedule: Schedule,
): (node: number, freeMs: number, grantMs: number, restMs: number) => boolean {
  const spans = Array.from({ length: NODES }, (_, node) => disturbances(schedule, node));
  return (node, freeMs, grantMs, restMs) =>
    grantMs - freeMs > restMs + SLACK_MS &&
    !(spans[node] ?? []).some(({ fromMs, toMs }) => fromMs <= grantMs && toMs >= freeMs);
}

function disturbances({ steps }: Schedule, node: number): readonly Span[] {
  return steps
    .filter((step) => disturbing.has(step.do) && (!("node" in step) || step.node === node))
    .map((step) => ({ fromMs: step.atMs, toMs: step.atMs + ("forMs" in step ? step.forMs : 0) + TTL_MS }));
}
