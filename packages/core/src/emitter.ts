import { raceSignal } from "./signals.js";

/** Tells any number of listeners, or loops, of what happens. */
export interface Emitter<T> {
  emit(value: T): void;
  /** Calls back for each value until disposed. What a listener throws reaches nobody else. */
  on(listener: (value: T) => void): Disposable;
  /** All values from now on, none left out; ends with `end()`, or by throwing the signal's reason. */
  values(signal?: AbortSignal): AsyncIterableIterator<T>;
  end(): void;
}

export function createEmitter<T>(): Emitter<T> {
  const listeners = new Set<(value: T) => void>();
  const endListeners = new Set<() => void>();
  let ended = false;

  const on = (listener: (value: T) => void): Disposable => {
    listeners.add(listener);
    return { [Symbol.dispose]: () => listeners.delete(listener) };
  };

  return {
    emit(value) {
      for (const listener of [...listeners]) {
        try {
          listener(value);
        } catch (error) {
          // As with any event: the process hears of it, the one who emits does not.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
    on,
    values(signal) {
      const queued: T[] = [];
      let wake: () => void = () => {};
      // Listens from the call on, not only from the first `next()`.
      const listener = on((value) => {
        queued.push(value);
        wake();
      });
      const onEnd = (): void => wake();
      endListeners.add(onEnd);
      return (async function* () {
        try {
          for (;;) {
            if (queued.length > 0) yield queued.shift() as T;
            else if (ended) return;
            else {
              const woken = new Promise<void>((resolve) => {
                wake = resolve;
              });
              await raceSignal(woken, signal);
            }
          }
        } finally {
          listener[Symbol.dispose]();
          endListeners.delete(onEnd);
        }
      })();
    },
    end() {
      ended = true;
      for (const listener of endListeners) listener();
    },
  };
}
