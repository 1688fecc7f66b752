import type { FaultEvent } from "./events.js";
import type { History, LockHistory } from "./history.js";
import { isHolding, type Operation } from "./operation.js";
import { findRecoveries, type RecoveryBound } from "./recoveries.js";
import { countWhile } from "./sorted.js";

/** What became of the planned faults of one type. Faults that nobody planned do not count. */
export interface FaultCounts {
  readonly planned: number;
  readonly fired: number;
  readonly healed: number;
}

/** How much a history contains. */
export interface HistoryStatistics {
  readonly events: number;
  readonly operations: number;
  readonly grants: number;
  /** Acquires, tries and releases whose outcome is unknown. */
  readonly unknownOutcomes: number;
  readonly acceptedWrites: number;
  /** Writes that were refused although their token had been granted: a newer one had been granted before. */
  readonly staleWritesRefused: number;
  readonly leasesExpired: number;
  readonly crashes: number;
  readonly pauses: number;
  /** By type. */
  readonly faults: Readonly<Record<string, FaultCounts>>;
  /** The longest that a lock took to be granted again after a crash; `undefined` if none had to be. */
  readonly maxRecoveryMs: number | undefined;
  /** Whether the acquire or try that was invoked last ended with a grant or, a try, with `ok`. */
  readonly lastOperationSucceeded: boolean;
}

/** Counts what a history contains. */
export function countHistory(history: History, events: number, bound: RecoveryBound): HistoryStatistics {
  const { locks, workers } = history;
  const operations = locks.flatMap((lock) => lock.operations);
  const effects = locks.flatMap((lock) => lock.effects);
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  return {
    events,
    operations: operations.length,
    grants: operations.filter(isHolding).length,
    unknownOutcomes: sum(operations.map(countUnknown)),
    acceptedWrites: effects.filter(({ accepted }) => accepted).length,
    staleWritesRefused: sum(locks.map(countStale)),
    leasesExpired: sum(
      workers.map(({ sessionEnds }) => sessionEnds.filter(({ how }) => how === "expired").length),
    ),
    crashes: workers.filter(({ crashMs }) => crashMs < Infinity).length,
    pauses: sum(workers.map(({ pauses }) => pauses.length)),
    faults: countFaults(history.faults),
    maxRecoveryMs: longestRecoveryMs(history, bound),
    lastOperationSucceeded: lastSucceeded(operations),
  };
}

function countUnknown({ ended, released }: Operation): number {
  return Number(ended?.kind === "info") + Number(released?.kind === "info");
}

/** Refused writes with a token older than one that had been granted. */
function countStale({ effects, holdings }: LockHistory): number {
  let newest = -1n;
  const newestAfter = holdings.map(({ grant }) => {
    if (grant.token > newest) newest = grant.token;
    return newest;
  });
  return effects.filter(({ accepted, ms, token }) => {
    const granted = countWhile(holdings, ({ grant }) => grant.ms <= ms);
    return !accepted && (newestAfter[granted - 1] ?? -1n) > token;
  }).length;
}

function countFaults(events: readonly FaultEvent[]): Record<string, FaultCounts> {
  const planned = new Map(
    events.filter(({ phase }) => phase === "planned").map((event) => [event.fault, event.type]),
  );
  const counts = Object.fromEntries(
    [...planned.values()].map((type) => [type, { planned: 0, fired: 0, healed: 0 }]),
  );
  const seen = new Set<string>();
  for (const { fault, phase } of events) {
    const count = counts[planned.get(fault) ?? ""];
    if (count === undefined || seen.has(`${phase} ${fault}`)) continue;
    seen.add(`${phase} ${fault}`);
    count[phase] += 1;
  }
  return counts;
}

function longestRecoveryMs(history: History, bound: RecoveryBound): number | undefined {
  let longest: number | undefined;
  for (const { fromMs, isRecovered, toMs } of findRecoveries(history, bound)) {
    if (isRecovered) longest = Math.max(longest ?? 0, toMs - fromMs);
  }
  return longest;
}

function lastSucceeded(operations: readonly Operation[]): boolean {
  let last = operations[0];
  for (const operation of operations) {
    if (last === undefined || operation.invokedMs >= last.invokedMs) last = operation;
  }
  return last?.ended?.kind === "granted" || last?.ended?.kind === "ok";
}
