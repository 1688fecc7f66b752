import type { SpanRecord } from "./span-record.js";

/** What is said of a wait where one points at it. */
export function waitText(record: SpanRecord, endMs: number): string {
  const { operation, node, outcome, startMs, blockedBy } = record;
  const waited = blockedBy.length === 0 ? "asked, nobody in the way" : "waited";
  const end = outcome ?? "its node was killed";
  return [
    `${operation ?? "a request"} on ${node}`,
    `${waited}: ${inMs(endMs - startMs)}, ${end}`,
    ...lockLines(record),
  ].join("\n");
}

/** What is said of a holding. */
export function workText(record: SpanRecord, endMs: number): string {
  const { operation, node, outcome, startMs, lostReason, token } = record;
  const end =
    outcome === undefined
      ? "never given back, its node was killed; drawn to the next grant"
      : [outcome, lostReason].filter((part) => part !== undefined).join(": ");
  return [
    `${operation ?? "a holding"} on ${node}`,
    `held: ${inMs(endMs - startMs)}, ${end}`,
    ...lockLines(record),
    ...(token === undefined ? [] : [`token ${token}`]),
  ].join("\n");
}

export function inMs(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

function lockLines({ names, template }: SpanRecord): string[] {
  return [names.join(", "), ...(template === undefined ? [] : [template])];
}
