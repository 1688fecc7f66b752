import { setMaxListeners } from "node:events";
import type { Clock, Timer } from "./clock.js";
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

export interface LinkedStopOptions {
  readonly signal?: StopSignal | undefined;
  /** Aborts after so many milliseconds with `timeoutReason()`. */
  readonly timeoutMs?: number | undefined;
  readonly timeoutReason?: (() => Error) | undefined;
  readonly clock: Clock;
}

/**
 * A signal that aborts with another one, at a deadline, or from here, and lets go of both when disposed. It listens, and
 * starts a timer, when somebody listens to it: most requests are granted without a wait. The timer keeps the process
 * alive: somebody awaits what it bounds.
 */
export class LinkedStop extends Stop implements Disposable {
  readonly #options: LinkedStopOptions;
  /** Endless when disposed. */
  #deadline: number;
  /** Not when disposed. */
  #signal: StopSignal | undefined;
  #onAbort: (() => void) | undefined;
  #timer: Timer | undefined;

  constructor(options: LinkedStopOptions) {
    super();
    this.#options = options;
    this.#signal = options.signal;
    const { timeoutMs = Number.POSITIVE_INFINITY, clock } = options;
    this.#deadline = timeoutMs === Number.POSITIVE_INFINITY ? timeoutMs : clock.now() + timeoutMs;
  }

  override get aborted(): boolean {
    if (this.#signal?.aborted) this.abort(this.#signal.reason);
    else if (this.#isOver()) this.abort(this.#options.timeoutReason?.());
    return super.aborted;
  }

  override get reason(): unknown {
    return this.aborted ? super.reason : undefined;
  }

  override addEventListener(type: "abort", listener: () => void): void {
    if (!this.aborted && this.#onAbort === undefined) this.#link();
    super.addEventListener(type, listener);
  }

  [Symbol.dispose](): void {
    if (this.#onAbort !== undefined) this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#signal = undefined;
    this.#deadline = Number.POSITIVE_INFINITY;
    this.#timer?.cancel();
  }

  /** What a timer tells of as soon as there is one. */
  #isOver(): boolean {
    if (this.#timer !== undefined || this.#deadline === Number.POSITIVE_INFINITY) return false;
    return this.#options.clock.now() >= this.#deadline;
  }

  #link(): void {
    const { signal, timeoutReason, clock } = this.#options;
    this.#onAbort = () => this.abort(signal?.reason);
    if (this.#signal !== undefined) listenTo(this.#signal, this.#onAbort);
    if (this.#deadline === Number.POSITIVE_INFINITY) return;
    const expire = (): void => this.abort(timeoutReason?.());
    this.#timer = clock.startTimer(this.#deadline - clock.now(), expire, { keepAlive: true });
  }
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
