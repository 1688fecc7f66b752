import { setMaxListeners } from "node:events";
import type { Clock } from "./clock.js";

/** Rejects with the signal's reason as soon as it aborts, otherwise settles as `promise` does. */
export async function raceSignal<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) return onAbort();
    allowManyListeners(signal);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    // The race takes care of a late rejection of `promise`, also when the signal has aborted already.
    return await Promise.race([aborted, promise]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
  }
}

/** One signal that aborts with the first of several reasons, and lets go of all of them when disposed. */
export interface LinkedSignal extends Disposable {
  readonly signal: AbortSignal;
}

export interface LinkSignalsOptions {
  readonly signals: readonly (AbortSignal | undefined)[];
  /** Aborts after so many milliseconds with `timeoutReason()`. */
  readonly timeoutMs?: number | undefined;
  readonly timeoutReason?: () => Error;
  readonly clock: Clock;
}

/** Joins signals and a deadline. The deadline keeps the process alive: somebody awaits what it bounds. */
export function linkSignals(options: LinkSignalsOptions): LinkedSignal {
  const controller = new AbortController();
  const cleanups: (() => void)[] = [];
  for (const signal of options.signals) {
    if (signal === undefined) continue;
    if (signal.aborted) {
      controller.abort(signal.reason);
      break;
    }
    const onAbort = (): void => controller.abort(signal.reason);
    allowManyListeners(signal);
    signal.addEventListener("abort", onAbort, { once: true });
    cleanups.push(() => signal.removeEventListener("abort", onAbort));
  }
  const { timeoutMs } = options;
  if (timeoutMs !== undefined && Number.isFinite(timeoutMs) && !controller.signal.aborted) {
    const expire = (): void => controller.abort(options.timeoutReason?.());
    const timer = options.clock.startTimer(timeoutMs, expire, { keepAlive: true });
    cleanups.push(() => timer.cancel());
  }
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const cleanup of cleanups.splice(0)) cleanup();
    },
  };
}

/** Waits so many milliseconds, or rejects with the signal's reason. */
export async function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
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
function allowManyListeners(signal: AbortSignal): void {
  // Not 0, although it means the same: Node.js 20 then throws when anybody asks for the limit.
  setMaxListeners(Number.POSITIVE_INFINITY, signal);
}
