import type { Clock } from "@fenceline/core";

/** The clocks of this machine, which can be made to jump for the coordinator alone. */
export interface JumpingClock extends Clock {
  /** As if the machine had been suspended: monotonic and wall clock go forward. */
  suspend(forMs: number): void;
  /** Sets the wall clock so much away from the right time. */
  setWallClock(offsetMs: number): void;
}

export function createJumpingClock(): JumpingClock {
  let suspendedMs = 0;
  let wallOffsetMs = 0;
  return {
    now: () => performance.now() + suspendedMs,
    wallNow: () => Date.now() + suspendedMs + wallOffsetMs,
    startTimer(delayMs, callback, { keepAlive = false } = {}) {
      const timeout = setTimeout(callback, Math.max(delayMs, 0));
      if (!keepAlive) timeout.unref();
      return { cancel: () => clearTimeout(timeout) };
    },
    suspend(forMs) {
      suspendedMs += forMs;
    },
    setWallClock(offsetMs) {
      wallOffsetMs = offsetMs;
    },
  };
}
