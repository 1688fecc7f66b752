import type { Lock } from "@fenceline/core";

/** Resolves when the lock is lost. */
export function untilLost({ signal }: Lock): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

/** Why the lock is not held any more; right also after a pause, before the signal aborts. */
export function lossOf(lock: Lock): Error | undefined {
  try {
    lock.assertHeld();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
