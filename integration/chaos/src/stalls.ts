import { nowMs, type Recorder } from "./recorder.js";

/** Notices when this process stands still, for whatever reason: blocked, stopped, or without a processor. */
export interface StallWatch {
  /** Keeps the event loop busy. */
  stall(forMs: number): void;
  stop(): void;
}

const TICK_MS = 20;
/** A gap between two ticks that is longer counts as a pause: an abort of a signal comes that late, too. */
const STALL_MS = 100;

/**
 * Writes a pause down for each time in which the event loop did not turn. On a busy machine that is no fault of
 * the locks, and who stands still believes nothing.
 */
export function watchForStalls({ record }: Recorder, worker: string): StallWatch {
  let tickedMs = nowMs();
  const timer = setInterval(tick, TICK_MS);

  function tick(): void {
    const ms = nowMs();
    if (ms - tickedMs > STALL_MS) {
      record({ kind: "pause", worker, ms: tickedMs });
      record({ kind: "resume", worker, ms });
    }
    tickedMs = ms;
  }

  return {
    stall(forMs) {
      const untilMs = nowMs() + forMs;
      // Sleeps without giving the event loop a turn.
      const cell = new Int32Array(new SharedArrayBuffer(4));
      while (nowMs() < untilMs) Atomics.wait(cell, 0, 0, untilMs - nowMs());
    },
    stop: () => clearInterval(timer),
  };
}
