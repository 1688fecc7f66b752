import type { Coordinator, Lock } from "@fenceline/core";
import { FencelineError } from "@fenceline/core";
import type { Failures } from "./failures.js";

export interface Churn {
  /** Lets every caller finish what it does. */
  stop(): Promise<void>;
}

export interface ChurnOptions {
  readonly coordinator: Coordinator;
  readonly failures: Failures;
  readonly onGranted: () => void;
  readonly onReleased: (lock: Lock) => void;
}

/** How many requests are under way at the same time. */
const CALLERS = 64;
/** Names that callers contend for; every other lock has a name that was never used before. */
const SHARED_NAMES = 16;
/** How long some wait for a contended lock: short, so that many give up. */
const IMPATIENT_MS = 2;

/** Takes and releases locks as fast as it goes, by every way there is to ask for one. */
export function startChurn({ coordinator, failures, onGranted, onReleased }: ChurnOptions): Churn {
  let isStopping = false;
  let requests = 0;

  const ask = (request: number): Promise<Lock | undefined> => {
    if (request % 2 === 0) return coordinator.acquire(`fresh-${request}`);
    const name = `shared-${request % SHARED_NAMES}`;
    if (request % 3 === 0) return coordinator.tryAcquire(name);
    return coordinator.acquire(name, request % 5 === 0 ? { timeoutMs: IMPATIENT_MS } : {});
  };

  const call = async (): Promise<void> => {
    while (!isStopping) {
      requests += 1;
      try {
        const lock = await ask(requests);
        if (lock === undefined) continue;
        onGranted();
        await lock.release();
        onReleased(lock);
      } catch (error) {
        if (!FencelineError.is(error, "lock_timeout")) failures.note(error);
      }
    }
  };

  const calls = Promise.all(Array.from({ length: CALLERS }, call));
  return {
    async stop() {
      isStopping = true;
      await calls;
    },
  };
}
