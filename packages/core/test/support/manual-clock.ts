import type { Clock } from "../../dist/clock.js";

/** A clock that stands until it is told to go on, and that can say how many timers are open. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
  readonly openTimers: number;
}

export function createManualClock(): ManualClock {
  let nowMs = 0;
  const timers = new Map<object, { readonly dueMs: number; readonly callback: () => void }>();
  return {
    now: () => nowMs,
    wallNow: () => nowMs,
    startTimer(delayMs, callback) {
      const id = {};
      timers.set(id, { dueMs: nowMs + delayMs, callback });
      return { cancel: () => void timers.delete(id) };
    },
    advance(ms) {
      nowMs += ms;
      for (const [id, timer] of timers) {
        if (timer.dueMs > nowMs) continue;
        timers.delete(id);
        timer.callback();
      }
    },
    get openTimers() {
      return timers.size;
    },
  };
}
