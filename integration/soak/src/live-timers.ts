/** Counts timers. */
export interface LiveTimers {
  /** How many timers wait to fire. */
  readonly count: number;
}

/**
 * Counts the timers that are made from now on with the global functions, until they have fired or are cleared.
 * `process.getActiveResourcesInfo()` does not tell of one that keeps no process alive, and most of Fenceline's do not.
 */
export function countLiveTimers(): LiveTimers {
  const live = new Set<unknown>();
  const { clearInterval, clearTimeout, setInterval, setTimeout } = globalThis;
  const counted =
    (start: typeof setTimeout, isOver: boolean) =>
    (callback: (...parameters: unknown[]) => void, delayMs?: number, ...parameters: unknown[]) => {
      const timer = start(() => {
        if (isOver) live.delete(timer);
        callback(...parameters);
      }, delayMs);
      live.add(timer);
      return timer;
    };
  const forgotten = (clear: typeof clearTimeout) => (timer?: Parameters<typeof clearTimeout>[0]) => {
    live.delete(timer);
    clear(timer);
  };
  Object.assign(globalThis, {
    setTimeout: counted(setTimeout, true),
    setInterval: counted(setInterval as typeof setTimeout, false),
    clearTimeout: forgotten(clearTimeout),
    clearInterval: forgotten(clearInterval),
  });
  return {
    get count() {
      return live.size;
    },
  };
}
