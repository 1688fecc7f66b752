import { uptime } from "node:os";

/**
 * Time as everything above the etcd port sees it. A parameter, so that a simulation can stand in.
 */
export interface Clock {
  /** Milliseconds on a clock that never goes back, and that goes on while the machine is suspended. */
  now(): number;
  /** Milliseconds since 1970, for records that people read; never for deadlines. */
  wallNow(): number;
  /** Calls `callback` once after `delayMs`. The timer alone keeps no process alive unless `keepAlive`. */
  startTimer(delayMs: number, callback: () => void, options?: { readonly keepAlive?: boolean }): Timer;
}

export interface Timer {
  cancel(): void;
}

/** How far wall and monotonic clock may drift apart before the machine's uptime is asked for the cause. */
const DRIFT_MS = 250;
/** setTimeout takes no more than this; a longer timer is restarted. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** What a machine tells about time, in milliseconds. */
export interface TimeSources {
  /** Never goes back, and may stand still while the machine is suspended. */
  readonly monotonicMs: () => number;
  /** Since 1970; goes where the operator or NTP sets it. */
  readonly wallMs: () => number;
  /** Since the machine was started, the time while it was suspended included. */
  readonly uptimeMs: () => number;
}

const machine: TimeSources = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  uptimeMs: () => uptime() * 1000,
};

/**
 * The clocks of this machine. `performance.now()` stands still while a machine is suspended, the uptime does
 * not: when the wall clock has jumped, the uptime tells a suspended machine (time that counts against a
 * lease) from a clock that an operator has set (which does not).
 */
export function createSystemClock(sources: TimeSources = machine): Clock {
  const { monotonicMs, wallMs, uptimeMs } = sources;
  let suspendedMs = 0;
  let wallOffset = wallMs() - monotonicMs();
  let uptimeOffset = uptimeMs() - monotonicMs();

  return {
    now() {
      const monotonic = monotonicMs();
      const jump = wallMs() - monotonic - wallOffset;
      if (Math.abs(jump) > DRIFT_MS) {
        wallOffset += jump;
        const suspended = uptimeMs() - monotonic - uptimeOffset;
        if (suspended > DRIFT_MS) {
          suspendedMs += suspended;
          uptimeOffset += suspended;
        }
      }
      return monotonic + suspendedMs;
    },
    wallNow: wallMs,
    startTimer(delayMs, callback, options = {}) {
      let timeout: NodeJS.Timeout;
      const start = (remainingMs: number): void => {
        const step = Math.min(Math.max(remainingMs, 0), LONGEST_TIMEOUT_MS);
        timeout = setTimeout(() => (remainingMs > step ? start(remainingMs - step) : callback()), step);
        if (options.keepAlive !== true) timeout.unref();
      };
      start(delayMs);
      return { cancel: () => clearTimeout(timeout) };
    },
  };
}
