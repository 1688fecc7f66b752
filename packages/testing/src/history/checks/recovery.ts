import type { History } from "../history.js";
import { findRecoveries, type RecoveryBound } from "../recoveries.js";
import { at, type Violation, who } from "../violation.js";

/** A lock that a crashed worker held or waited for is granted again within TTL + slack (P3), see `findRecoveries`. */
export function* checkRecovery(history: History, bound: RecoveryBound): Generator<Violation> {
  for (const { crashed, fromMs, lock, toMs, waiter } of findRecoveries(history, bound)) {
    const tookMs = toMs - fromMs;
    if (tookMs <= bound.ttlMs + bound.slackMs) continue;
    const crash = `worker ${crashed.name} crashed at ${at(crashed.crashMs)}`;
    const waited = `${who(waiter)} waited from ${at(fromMs)} to ${at(toMs)} for the lock to be granted again`;
    const limit = `${at(tookMs)}, with a TTL of ${bound.ttlMs} ms and ${bound.slackMs} ms to spare`;
    yield { check: "recovery", lock, message: `lock "${lock}": ${crash}, and ${waited}: ${limit}` };
  }
}
