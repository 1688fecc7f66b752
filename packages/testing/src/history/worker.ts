import type { SessionEndedEvent } from "./events.js";
import type { Operation } from "./operation.js";
import { countWhile } from "./sorted.js";

/** A span of time. `toMs` is `Infinity` where the history ends before it does. */
export interface Span {
  readonly fromMs: number;
  toMs: number;
}

/** What happened to a worker, each list in the order of time. */
export interface Worker {
  readonly name: string;
  readonly pauses: readonly Span[];
  /** `Infinity` if it did not crash. */
  readonly crashMs: number;
  readonly sessionEnds: readonly SessionEndedEvent[];
}

/** The first pause of the worker that was not over at a time. */
export function pauseAfter(worker: Worker, ms: number): Span | undefined {
  return worker.pauses[countWhile(worker.pauses, (pause) => pause.toMs < ms)];
}

/** Whether the worker stood still at some time between two. */
export function pausedBetween(worker: Worker, fromMs: number, toMs: number): boolean {
  const pause = pauseAfter(worker, fromMs);
  return pause !== undefined && pause.fromMs <= toMs;
}

/** When a holder stopped believing: told so, about to release, or dead. `Infinity` if it never did. */
export function beliefEndMs({ beliefEnded, releaseInvokedMs }: Operation, { crashMs }: Worker): number {
  return Math.min(beliefEnded?.ms ?? Infinity, releaseInvokedMs ?? Infinity, crashMs);
}

/** When an acquire or a try was over for its worker: it ended, or the worker died. */
export function waitEndMs({ ended }: Operation, { crashMs }: Worker): number {
  return Math.min(ended?.ms ?? Infinity, crashMs);
}

/** Until when an operation had to do with the queue of its lock; `Infinity` if it still has. */
export function openUntilMs(operation: Operation, worker: Worker): number {
  const { beliefEnded, grant, released } = operation;
  if (grant === undefined) return waitEndMs(operation, worker);
  const lostMs = beliefEnded === undefined || beliefEnded.why === "released" ? Infinity : beliefEnded.ms;
  return Math.min(released?.ms ?? Infinity, lostMs, worker.crashMs);
}
