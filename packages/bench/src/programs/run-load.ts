import { type Load, type LoadResult, namesOf } from "../load.js";
import { createTally } from "./tally.js";

/** Takes the lock of one caller, and returns what gives it back. */
export type Take = (signal: AbortSignal) => Promise<() => unknown>;

/**
 * Lets the callers of a load run for its time. The result is taken at the moment at which the time is over, or at the
 * end of the first release after it; the callers that wait then are ended afterwards, outside of what is measured.
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
  const over = new AbortController();
  let tally = createTally(load.callers);
  const restart = (): void => {
    tally = createTally(load.callers);
  };
  const ramp = rampSeconds > 0 ? setTimeout(restart, rampSeconds * 1_000) : undefined;
  let result: LoadResult | undefined;
  const finish = (): void => {
    result ??= tally.result();
    over.abort();
  };
  const timer = setTimeout(finish, (rampSeconds + seconds) * 1_000);

  const call = async (take: Take, caller: number): Promise<void> => {
    while (result === undefined) {
      const asked = performance.now();
      const release = await take(over.signal);
      const granted = performance.now();
      await release();
      const given = performance.now();
      if (result !== undefined) return;
      tally.add(caller, granted - asked, given - asked);
      // A load that never waits for anything leaves no timer a chance.
      if (given >= end) finish();
    }
  };

  const calls = takes.map((take, caller) =>
    call(take, caller).catch((error: unknown) => {
      if (result === undefined || !isAbort(error)) throw error;
    }),
  );
  try {
    await Promise.all(calls);
  } finally {
    clearTimeout(ramp);
    clearTimeout(timer);
    over.abort();
  }
  return result ?? tally.result();
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
