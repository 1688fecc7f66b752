import { setTimeout as sleep } from "node:timers/promises";
import { type Load, type LoadResult, namesOf } from "../load.js";
import { createTally } from "./tally.js";

/** Takes the lock of one caller, and returns what gives it back. */
export type Take = (signal: AbortSignal) => Promise<() => unknown>;

/** How many of those who wait are sent home at a time. */
const LEAVE_AT_ONCE = 32;

/**
 * Lets the callers of a load run for its time. The result is taken at the moment at which the time is over, or at the
 * end of the first release after it; the callers that wait then are ended afterwards, outside of what is measured. With a
 * ramp they begin one after the other: a thousand requests at once would time each other out.
 */
export async function runLoad(
  load: Load,
  open: (names: readonly string[], caller: number) => Take | Promise<Take>,
): Promise<LoadResult> {
  const takes: Take[] = [];
  for (let caller = 0; caller < load.callers; caller += 1) {
    takes.push(await open(namesOf(load, caller), caller));
  }
  const { rampSeconds = 0, seconds } = load;
  const end = performance.now() + (rampSeconds + seconds) * 1_000;
  const waits = takes.map(() => new AbortController());
  let tally = createTally(load.callers);
  const restart = (): void => {
    tally = createTally(load.callers);
  };
  const ramp = rampSeconds > 0 ? setTimeout(restart, rampSeconds * 1_000) : undefined;
  let result: LoadResult | undefined;
  const finish = (): void => {
    result ??= tally.result();
  };

  const call = async (take: Take, caller: number, signal: AbortSignal): Promise<void> => {
    // The last fifth of the ramp is for the last one to find its place.
    if (rampSeconds > 0) await sleep((800 * rampSeconds * caller) / load.callers);
    while (result === undefined) {
      const asked = performance.now();
      const release = await take(signal);
      const granted = performance.now();
      await release();
      const given = performance.now();
      if (result !== undefined) return;
      tally.add(caller, granted - asked, given - asked);
      // A load that never waits for anything leaves no timer a chance.
      if (given >= end) finish();
    }
  };

  const calls = takes.map((take, caller) => {
    const { signal } = waits[caller] as AbortController;
    return call(take, caller, signal).catch((error: unknown) => {
      if (!signal.aborted || error !== signal.reason) throw error;
    });
  });
  const all = Promise.all(calls);
  const timer = new AbortController();
  try {
    await Promise.race([all, sleep((rampSeconds + seconds) * 1_000, undefined, timer)]);
    finish();
  } finally {
    clearTimeout(ramp);
    timer.abort();
    for (let first = 0; first < waits.length; first += LEAVE_AT_ONCE) {
      for (const wait of waits.slice(first, first + LEAVE_AT_ONCE)) wait.abort();
      await Promise.allSettled(calls.slice(first, first + LEAVE_AT_ONCE));
      // What they leave behind is taken back after they were told.
      if (first + LEAVE_AT_ONCE < waits.length) await sleep(20);
    }
  }
  await all;
  return result ?? tally.result();
}
