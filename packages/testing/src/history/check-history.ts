import { type CheckHistoryOptions, resolveCheckOptions } from "./check-options.js";
import { checkEndedWaits } from "./checks/ended-waits.js";
import { checkExclusion } from "./checks/exclusion.js";
import { checkFairness } from "./checks/fairness.js";
import { checkFencedEffects } from "./checks/fenced-effects.js";
import { checkLeftovers } from "./checks/leftovers.js";
import { checkLinearizability } from "./checks/linearizability.js";
import { checkRecovery } from "./checks/recovery.js";
import { checkTokenOrder } from "./checks/token-order.js";
import type { HistoryEvent } from "./events.js";
import { readHistory } from "./history.js";
import { countHistory, type HistoryStatistics } from "./statistics.js";
import type { Violation } from "./violation.js";
import { voidReasons } from "./void-run.js";

/** What `checkHistory` found. */
export interface HistoryReport {
  /** True when nothing is wrong, nothing was left undecided, and the run is not void. */
  readonly ok: boolean;
  /** Why the run proves nothing. Absent when it does prove something, and for one of many. */
  readonly void?: readonly string[];
  /** Locks for which the search for a linearization gave up. Absent if there are none. */
  readonly undecided?: readonly string[];
  readonly violations: readonly Violation[];
  readonly statistics: HistoryStatistics;
}

/**
 * Judges what workers, a fenced resource and the runner of a test saw, for each lock by itself: whether
 *
 * - accepted writes do not overlap and their tokens never go backwards,
 * - tokens of grants strictly increase,
 * - no two holders believe at the same time,
 * - a lock is granted again within TTL + 1 s after a crash, while etcd is there,
 * - grants come in the order of create revisions,
 * - every wait ended, and no entry without a living owner is left in a queue,
 * - all of it together can be explained by one mutex with fencing tokens (linearizability).
 *
 * Several locks taken in one request are several operations.
 *
 * @example
 * ```ts
 * const events = parseHistory(readFileSync("history.jsonl", "utf8"));
 * const report = checkHistory(events, { ttlMs: 3_000 });
 * for (const { message } of report.violations) console.error(message);
 * assert.ok(report.ok);
 * ```
 *
 * @throws HistoryError for events that contradict each other; InvalidArgumentError for unusable options.
 */
export function checkHistory(events: readonly HistoryEvent[], options: CheckHistoryOptions): HistoryReport {
  const { isOneOfMany, recoverySlackMs, resumeGraceMs, stepBudget, ttlMs } = resolveCheckOptions(options);
  const history = readHistory(events);
  const bound = { ttlMs, slackMs: recoverySlackMs };
  const { undecided, violations: notLinearizable } = checkLinearizability(history, stepBudget);
  const violations = [
    ...checkFencedEffects(history),
    ...checkTokenOrder(history),
    ...checkExclusion(history, resumeGraceMs),
    ...checkRecovery(history, bound),
    ...checkFairness(history),
    ...checkEndedWaits(history),
    ...checkLeftovers(history),
    ...notLinearizable,
  ];
  const statistics = countHistory(history, events.length, bound);
  const reasons = isOneOfMany ? [] : voidReasons(statistics);
  return {
    ok: violations.length === 0 && undecided.length === 0 && reasons.length === 0,
    ...(reasons.length === 0 ? {} : { void: reasons }),
    ...(undecided.length === 0 ? {} : { undecided }),
    violations,
    statistics,
  };
}
