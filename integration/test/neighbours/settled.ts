import { setTimeout as sleep } from "node:timers/promises";

/** Whether a promise settles within a time; for waits that must go on. */
export async function settledWithin(timeoutMs: number, promise: Promise<unknown>): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  return await Promise.race([settled, sleep(timeoutMs, false)]);
}
