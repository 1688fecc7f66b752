import type { History, LockHistory } from "../history.js";
import { findInversions } from "../inversions.js";
import { type Holding, isHolding, type Operation } from "../operation.js";
import { countWhile } from "../sorted.js";
import { at, type Violation, who } from "../violation.js";
import { pausedBetween, waitEndMs } from "../worker.js";

/**
 * Grants come in the order of the create revisions of their entries (P4): none goes backwards, and none passes
 * over an older entry whose owner was waiting. Equal revisions are turns of one entry, handed on inside a
 * process. An entry may be passed over whose worker stood still or whose session ended while it waited.
 */
export function* checkFairness(history: History): Generator<Violation> {
  for (const lockHistory of history.locks) {
    const queued = lockHistory.holdings.filter(({ grant }) => grant.createRevision !== undefined);
    const inversions = findInversions(history, queued, revisionOf, (before, after) => before > after);
    for (const { earlier, later } of inversions) {
      yield unfair(later, `was granted revision ${revisionOf(later)} at ${at(later.grant.ms)}`, earlier);
    }
    yield* findPassedOver(history, lockHistory, queued);
  }
}

/** Those who waited and were never granted the lock, while a younger entry was. */
function* findPassedOver(
  history: History,
  { operations }: LockHistory,
  queued: readonly Holding[],
): Generator<Violation> {
  const waited = operations.filter((operation) => operation.queued !== undefined && !isHolding(operation));
  if (waited.length === 0) return;
  const newest = runningNewest(queued);
  for (const operation of waited) {
    const endMs = Math.min(waitEndMs(operation, history.worker(operation.worker)), history.endMs);
    const before = newest[countWhile(queued, ({ grant }) => grant.ms < endMs) - 1];
    const revision = operation.queued?.createRevision ?? 0n;
    if (before === undefined || revisionOf(before) <= revision) continue;
    if (!mayHaveLeft(history, operation, endMs)) {
      yield unfair(operation, `waited with revision ${revision} until ${at(endMs)} in vain`, before);
    }
  }
}

function runningNewest(queued: readonly Holding[]): readonly Holding[] {
  let newest: Holding | undefined;
  return queued.map((holding) => {
    if (newest === undefined || revisionOf(newest) < revisionOf(holding)) newest = holding;
    return newest;
  });
}

function mayHaveLeft(history: History, { invokedMs, worker: name }: Operation, endMs: number): boolean {
  const worker = history.worker(name);
  if (pausedBetween(worker, invokedMs, endMs)) return true;
  return worker.sessionEnds.some((end) => end.ms >= invokedMs && (end.notBeforeMs ?? end.ms) <= endMs);
}

function unfair(operation: Operation, what: string, other: Holding): Violation {
  const { lock } = operation;
  const before = `${who(other)} was granted revision ${revisionOf(other)} at ${at(other.grant.ms)}`;
  return { check: "fairness", lock, message: `lock "${lock}": ${who(operation)} ${what}, but ${before}` };
}

function revisionOf({ grant }: Holding): bigint {
  return grant.createRevision ?? 0n;
}
