import type { Clock, Timer } from "@fenceline/core";

/** A clock that stands still until it is told to go on. */
export interface SimulatedClock extends Clock {
  /** Lets so many milliseconds pass; everything that they set off has settled when it resolves. */
  advance(durationMs: number): Promise<void>;
  /** Time passes until `promise` settles, `limitMs` at most. */
  advanceUntil<T>(promise: Promise<T>, limitMs: number): Promise<T>;
  /**
   * Time passes without anybody noticing: timers that fall due run only when the pause is over, as in a process
   * that was stopped.
   */
  pauseFor(durationMs: number): void;
  /** Timers that have neither run nor been cancelled. */
  readonly pendingTimers: number;
}

interface Pending {
  readonly dueAt: number;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * Starts at 0 on the monotonic clock and in 2026 on the wall clock.
 *
 * @param timersEarlyMs how long before their time timers of more than a millisecond run: those of Node.js come
 * up to a millisecond early
 */
export function createSimulatedClock(timersEarlyMs = 0): SimulatedClock {
  const pending = new Set<Pending>();
  const epoch = Date.UTC(2026, 0, 1);
  let now = 0;
  let started = 0;

  const nextDueBy = (time: number): Pending | undefined => {
    let next: Pending | undefined;
    for (const timer of pending) {
      if (timer.dueAt > time) continue;
      const earlier = next === undefined || timer.dueAt < next.dueAt;
      if (earlier || (timer.dueAt === next?.dueAt && timer.order < next.order)) next = timer;
    }
    return next;
  };

  const advance = async (durationMs: number): Promise<void> => {
    const end = now + durationMs;
    await settle();
    for (let timer = nextDueBy(end); timer !== undefined; timer = nextDueBy(end)) {
      pending.delete(timer);
      now = Math.max(now, timer.dueAt);
      timer.callback();
      await settle();
    }
    now = end;
  };

  return {
    now: () => now,
    wallNow: () => epoch + now,
    startTimer(delayMs, callback): Timer {
      started += 1;
      const timer: Pending = {
        dueAt: now + Math.max(delayMs > 1 ? delayMs - timersEarlyMs : delayMs, 0),
        order: started,
        callback,
      };
      pending.add(timer);
      return { cancel: () => pending.delete(timer) };
    },
    advance,
    async advanceUntil(promise, limitMs) {
      let settled = false;
      const watched = promise.finally(() => {
        settled = true;
      });
      watched.catch(() => {});
      const end = now + limitMs;
      await settle();
      while (!settled && now < end) {
        const next = nextDueBy(end);
        await advance(next === undefined ? end - now : Math.max(next.dueAt - now, 0));
      }
      if (!settled) throw new Error(`nothing settled within ${limitMs} simulated ms`);
      return watched;
    },
    pauseFor(durationMs) {
      now += durationMs;
    },
    get pendingTimers() {
      return pending.size;
    },
  };
}

/** Lets all that is due without time passing happen: promises, and what they set off. */
async function settle(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}
