import {
  type CheckHistoryOptions,
  type CheckName,
  checkHistory,
  type HistoryEvent,
} from "@fenceline/testing";
import type { HistoryBuilder } from "./history-builder.js";

const TTL_MS = 3_000;

/** Which checks find something, each once, sorted. TTL 3 s. */
export function failing(
  events: readonly HistoryEvent[],
  options?: Partial<CheckHistoryOptions>,
): CheckName[] {
  const { violations } = checkHistory(events, { ttlMs: TTL_MS, isOneOfMany: true, ...options });
  return [...new Set(violations.map(({ check }) => check))].sort();
}

/** What one check says. */
export function messages({ events }: HistoryBuilder, check: CheckName): string[] {
  const { violations } = checkHistory(events, { ttlMs: TTL_MS, isOneOfMany: true });
  return violations.filter((violation) => violation.check === check).map(({ message }) => message);
}
