import type { SpanRecord } from "../dist/timeline/span-record.js";

/** A request of `node-a`, or what is said of it. */
export function request(
  spanId: string,
  startMs: number,
  endMs: number,
  changes: Partial<SpanRecord> = {},
): SpanRecord {
  return {
    kind: "acquire",
    spanId,
    node: "node-a",
    names: ["volume-7"],
    template: "volume-{id}",
    operation: "attach",
    startMs,
    endMs,
    outcome: "acquired",
    blockedBy: [],
    ...changes,
  };
}

/** A holding of `node-a`, or what is said of it. */
export function holding(
  spanId: string,
  startMs: number,
  endMs: number | undefined,
  changes: Partial<SpanRecord> = {},
): SpanRecord {
  const outcome = endMs === undefined ? undefined : "released";
  return { ...request(spanId, startMs, startMs), kind: "hold", endMs, outcome, token: "7", ...changes };
}

/** Somebody on `node-b` waits for who holds on `node-a`, and gets the lock then. */
export const handover: readonly SpanRecord[] = [
  request("a1", 1_000, 1_001),
  holding("a2", 1_001, 1_100, { grantedBy: "a1" }),
  request("b1", 1_020, 1_102, { node: "node-b", operation: "detach", blockedBy: ["a2"] }),
  holding("b2", 1_102, 1_150, { node: "node-b", operation: "detach", grantedBy: "b1", token: "8" }),
];
