import type { HistoryStatistics } from "./statistics.js";

const LEAST_FIRED = 0.9;

/**
 * Why a run proves nothing, although nothing wrong was found in it: one sentence for each reason. None if at least
 * one stale write was refused, one lease expired, nine in ten planned faults fired and the last operation succeeded.
 */
export function voidReasons(statistics: HistoryStatistics): readonly string[] {
  const { faults, lastOperationSucceeded, leasesExpired, staleWritesRefused } = statistics;
  const reasons: string[] = [];
  if (staleWritesRefused === 0) reasons.push("no stale write was refused: fencing was not put to the test");
  if (leasesExpired === 0) reasons.push("no lease expired: no holder was put to the test");
  const planned = Object.values(faults).reduce((total, count) => total + count.planned, 0);
  const fired = Object.values(faults).reduce((total, count) => total + count.fired, 0);
  if (fired < planned * LEAST_FIRED) reasons.push(`only ${fired} of ${planned} planned faults fired`);
  if (!lastOperationSucceeded) reasons.push("the last operation did not succeed");
  return reasons;
}
