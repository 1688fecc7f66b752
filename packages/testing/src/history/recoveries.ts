import type { History, LockHistory } from "./history.js";
import type { Holding, Operation } from "./operation.js";
import { countWhile } from "./sorted.js";
import { beliefEndMs, openUntilMs, type Span, type Worker, waitEndMs } from "./worker.js";

/** How long a lock may take to be granted again. */
export interface RecoveryBound {
  readonly ttlMs: number;
  readonly slackMs: number;
}

/** How long somebody waited for a lock that a dead worker had held or waited for. */
export interface Recovery {
  readonly lock: string;
  readonly crashed: Worker;
  /** Who waited longest. */
  readonly waiter: Operation;
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether the lock was granted again, to whomever, before the waiter gave up and the history ended. */
  readonly isRecovered: boolean;
}

/**
 * What became of the locks that crashed workers held or waited for, as far as somebody waited for them.
 *
 * The time runs from the crash, or from when somebody first waits. It starts anew where something else holds the
 * lock up: etcd is away, another holder has the lock, another worker that holds it or waits for it dies or is
 * stopped. It does not start anew after the bound has passed.
 */
export function* findRecoveries(history: History, { slackMs, ttlMs }: RecoveryBound): Generator<Recovery> {
  const crashes = history.workers.filter(({ crashMs }) => crashMs < Infinity);
  crashes.sort((one, other) => one.crashMs - other.crashMs);
  for (const lockHistory of history.locks) {
    for (const { crashed, open } of findCrashed(history, lockHistory, crashes)) {
      const longest = longestWait(history, lockHistory, crashed, open, ttlMs + slackMs);
      if (longest !== undefined) yield longest;
    }
  }
}

/** The workers that had to do with a lock when they crashed, and the operations of others that were open then. */
function* findCrashed(
  history: History,
  { operations }: LockHistory,
  crashes: readonly Worker[],
): Generator<{ readonly crashed: Worker; readonly open: readonly Operation[] }> {
  let open: Operation[] = [];
  let invoked = 0;
  for (const crashed of crashes) {
    const { crashMs, name } = crashed;
    const before = countWhile(operations, ({ invokedMs }) => invokedMs <= crashMs);
    open.push(...operations.slice(invoked, before));
    invoked = before;
    open = open.filter((operation) => openUntilMs(operation, history.worker(operation.worker)) >= crashMs);
    const others = open.filter(({ worker }) => worker !== name);
    if (others.length < open.length) yield { crashed, open: others };
  }
}

function longestWait(
  history: History,
  { holdings, lock, operations }: LockHistory,
  crashed: Worker,
  openBefore: readonly Operation[],
  boundMs: number,
): Recovery | undefined {
  const { crashMs } = crashed;
  const granted = countWhile(holdings, ({ grant }) => grant.ms <= crashMs);
  const grantedMs = holdings[granted]?.grant.ms ?? Infinity;
  const invokedAfter = operations.slice(
    countWhile(operations, ({ invokedMs }) => invokedMs <= crashMs),
    countWhile(operations, ({ invokedMs }) => invokedMs <= grantedMs),
  );
  const open = [...openBefore, ...invokedAfter];
  const hindrances = findHindrances(history, open, holdings[granted - 1], crashed);

  let longest: Recovery | undefined;
  for (const waiter of open) {
    if ((waiter.grant?.ms ?? Infinity) <= crashMs) continue;
    const endMs = Math.min(waitEndMs(waiter, history.worker(waiter.worker)), history.endMs);
    const toMs = Math.min(grantedMs, endMs);
    const fromMs = startMs(Math.max(crashMs, waiter.invokedMs), toMs, hindrances, boundMs);
    if (toMs < fromMs || (longest !== undefined && toMs - fromMs <= longest.toMs - longest.fromMs)) continue;
    longest = { lock, crashed, waiter, fromMs, toMs, isRecovered: grantedMs <= endMs };
  }
  return longest;
}

/** What else held a lock up after a crash, in the order in which it began. */
function findHindrances(
  history: History,
  open: readonly Operation[],
  lastHolding: Holding | undefined,
  { crashMs }: Worker,
): readonly Span[] {
  const hindrances = history.outages.filter(({ toMs }) => toMs > crashMs);
  for (const worker of new Set(open.map((operation) => history.worker(operation.worker)))) {
    if (worker.crashMs >= crashMs) hindrances.push({ fromMs: worker.crashMs, toMs: worker.crashMs });
    const pauses = worker.pauses.filter(({ fromMs }) => fromMs >= crashMs);
    hindrances.push(...pauses.map(({ fromMs }) => ({ fromMs, toMs: fromMs })));
  }
  if (lastHolding !== undefined) {
    hindrances.push({ fromMs: lastHolding.grant.ms, toMs: holdingEndMs(history, lastHolding) });
  }
  return hindrances.sort((one, other) => one.fromMs - other.fromMs);
}

/** When a holder stopped believing, or its session ended while it stood still. */
function holdingEndMs(history: History, holding: Holding): number {
  const worker = history.worker(holding.worker);
  const sessionEnd = worker.sessionEnds.find(({ ms }) => ms >= holding.grant.ms);
  return Math.min(beliefEndMs(holding, worker), sessionEnd?.ms ?? Infinity);
}

/** From when on there was no excuse. */
function startMs(ms: number, toMs: number, hindrances: readonly Span[], boundMs: number): number {
  let fromMs = ms;
  for (const hindrance of hindrances) {
    if (hindrance.fromMs > Math.min(toMs, fromMs + boundMs)) break;
    fromMs = Math.max(fromMs, hindrance.toMs);
  }
  return fromMs;
}
