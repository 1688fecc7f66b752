import type { History, LockHistory } from "../history.js";
import type { Holding } from "../operation.js";
import { countWhile } from "../sorted.js";
import type { Worker } from "../worker.js";
import type { FencedMutexInput } from "./fenced-mutex.js";
import type { TimedInput } from "./model.js";

/**
 * A lock's history as operations of `fencedMutex`. Each holding is an acquire and at most one end:
 *
 * - a `release` between its call and its return, or at any later time or never if its outcome is not known;
 * - an `expire` in place of it when the history says that the session ended: from then on, and at the latest when
 *   a release returned.
 *
 * What was not granted is left out: a failed attempt did nothing, and if one of unknown outcome can have happened,
 * the others are possible without it too.
 */
export function mutexOperations(history: History, { holdings }: LockHistory): TimedInput<FencedMutexInput>[] {
  return holdings.flatMap((holding) => {
    const { grant, id, invokedMs } = holding;
    const acquire = { kind: "acquire", owner: id, token: grant.token } as const;
    const end = endOf(holding, history.worker(holding.worker));
    return [{ input: acquire, callMs: invokedMs, returnMs: grant.ms }, ...(end === undefined ? [] : [end])];
  });
}

function endOf(holding: Holding, worker: Worker): TimedInput<FencedMutexInput> | undefined {
  const { id, released, releaseInvokedMs = Infinity } = holding;
  const releasedMs = released?.kind === "fail" ? Infinity : releaseInvokedMs;
  const expiredMs = sessionEndMs(holding, worker);
  const callMs = Math.min(releasedMs, expiredMs);
  if (callMs === Infinity) return undefined;
  const kind = expiredMs < releasedMs ? "expire" : "release";
  return { input: { kind, owner: id }, callMs, returnMs: released?.kind === "ok" ? released.ms : Infinity };
}

/** The earliest time at which the session of a holding can have ended; `Infinity` if nothing says that it did. */
function sessionEndMs({ beliefEnded, invokedMs }: Holding, worker: Worker): number {
  const signs = worker.sessionEnds
    .filter(({ ms }) => ms >= invokedMs)
    .map((end) => end.notBeforeMs ?? end.ms);
  if (beliefEnded !== undefined && beliefEnded.why !== "released") signs.push(beliefEnded.ms);
  const stopped = worker.pauses.at(-1);
  if (stopped?.toMs === Infinity) signs.push(stopped.fromMs);
  const signMs = Math.min(...signs, worker.crashMs);
  if (signMs === Infinity) return Infinity;

  // A process that stands still, or has just gone on, learns of the end late.
  const pause = worker.pauses[countWhile(worker.pauses, ({ fromMs }) => fromMs <= signMs) - 1];
  return pause === undefined || pause.toMs < invokedMs ? signMs : pause.fromMs;
}
