import type { Call } from "../events.js";
import type { History } from "../history.js";
import type { Operation } from "../operation.js";
import { at, type Violation, who } from "../violation.js";
import { pauseAfter, type Worker } from "../worker.js";

/** Every acquire, try and release ended, in whatever way, unless its worker died or stands still (P5). */
export function* checkEndedWaits(history: History): Generator<Violation> {
  for (const { lock, operations } of history.locks) {
    for (const operation of operations) {
      const open = openCall(operation);
      if (open === undefined || !isRunning(history.worker(operation.worker), history.endMs)) continue;
      const since = `${open.call} since ${at(open.sinceMs)}`;
      const message = `lock "${lock}": ${who(operation)} waits in ${since}, and has no end when the history ends`;
      yield { check: "ended-waits", lock, message: `${message} at ${at(history.endMs)}` };
    }
  }
}

function openCall(operation: Operation): { readonly call: Call; readonly sinceMs: number } | undefined {
  const { call, ended, invokedMs, released, releaseInvokedMs } = operation;
  if (ended === undefined) return { call, sinceMs: invokedMs };
  if (releaseInvokedMs === undefined || released !== undefined) return undefined;
  return { call: "release", sinceMs: releaseInvokedMs };
}

function isRunning(worker: Worker, endMs: number): boolean {
  return worker.crashMs === Infinity && pauseAfter(worker, endMs)?.toMs !== Infinity;
}
