import { setMaxListeners } from "node:events";
import type { Clock } from "./clock.js";
import { Stop, type StopSignal } from "./stop-signal.js";

/** Rejects with the signal's reason as soon as it aborts, otherwise settles as `promise` does. */
export function raceSignal<T>(promise: Promise<T>, signal: StopSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const settleWith =
      <V>(settle: (value: V) => void) =>
      (value: V): void => {
        signal.removeEventListener("abort", onAbort);
        settle(value);
      };
    const fail = settleWith(reject);
    const onAbort = (): void => fail(signal.reason);
    // Takes care of a late rejection as well, also when the signal has aborted already.
    promise.then(settleWith(resolve), fail);
    if (signal.aborted) onAbort();
    else listenTo(signal, onAbort);
  });
}

/** One signal that aborts with the first of several reasons, and lets go of all of them when disposed. */
export interface LinkedSignal extends Disposable {
  readonly signal: StopSignal;
  /** Aborts the signal from here. */
  abort(reason: unknown): void;
}

export interface LinkSignalsOptions {
  readonly signals: readonly (StopSignal | undefined)[];
  /** Aborts after so many milliseconds with `timeoutReason()`. */
  readonly timeoutMs?: number | undefined;
  readonly timeoutReason?: () => Error;
  readonly clock: Clock;
}

/** Joins signals and a deadline. The deadline keeps the process alive: somebody awaits what it bounds. */
export function linkSignals(options: LinkSignalsOptions): LinkedSignal {
  const linked = new Stop();
  const cleanups: (() => void)[] = [];
  for (const signal of options.signals) {
    if (signal === undefined) continue;
    if (signal.aborted) {
      linked.abort(signal.reason);
      break;
    }
    const onAbort = (): void => linked.abort(signal.reason);
    listenTo(signal, onAbort);
    cleanups.push(() => signal.removeEventListener("abort", onAbort));
  }
  const { timeoutMs } = options;
  if (timeoutMs !== undefined && Number.isFinite(timeoutMs) && !linked.aborted) {
    const expire = (): void => linked.abort(options.timeoutReason?.());
    const timer = options.clock.startTimer(timeoutMs, expire, { keepAlive: true });
    cleanups.push(() => timer.cancel());
  }
  return {
    signal: linked,
    abort: (reason) => linked.abort(reason),
    [Symbol.dispose]() {
      for (const cleanup of cleanups.splice(0)) cleanup();
    },
  };
}

/** Waits so many milliseconds, or rejects with the signal's reason. */
export async function sleep(clock: Clock, delayMs: number, signal?: StopSignal): Promise<void> {
  let timer: { cancel(): void } | undefined;
  const slept = new Promise<void>((resolve) => {
    timer = clock.startTimer(delayMs, resolve, { keepAlive: true });
  });
  try {
    await raceSignal(slept, signal);
  } finally {
    timer?.cancel();
  }
}

/** Many waits on one signal are no leak: each takes its listener back. */
function listenTo(signal: StopSignal, onAbort: () => void): void {
  // Not 0, although it means the same: Node.js 20 then throws when anybody asks for the limit.
  if (signal instanceof EventTarget) setMaxListeners(Number.POSITIVE_INFINITY, signal);
  signal.addEventListener("abort", onAbort);
}
