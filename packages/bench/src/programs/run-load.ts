import { type Load, type LoadResult, namesOf } from "../load.js";
import { createReservoir } from "./reservoir.js";

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
  const counts = new Uint32Array(load.callers);
  const acquires = createReservoir();
  const pairs = createReservoir();
  const over = new AbortController();
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  const end = begin + load.seconds * 1_000;
  let result: LoadResult | undefined;

  const finish = (): void => {
    if (result !== undefined) return;
    const elapsedMs = performance.now() - begin;
    const { user, system } = process.cpuUsage(cpuBefore);
    const cpuUs = user + system;
    result = {
      locks: counts.reduce((sum, count) => sum + count, 0),
      elapsedMs,
      cpuUs,
      acquireP50Ms: acquires.quantile(0.5),
      acquireP99Ms: acquires.quantile(0.99),
      pairP50Ms: pairs.quantile(0.5),
      fewest: Math.min(...counts),
      most: Math.max(...counts),
    };
    over.abort();
  };

  const call = async (take: Take, caller: number): Promise<void> => {
    while (result === undefined) {
      const asked = performance.now();
      const release = await take(over.signal);
      const granted = performance.now();
      await release();
      const given = performance.now();
      if (result !== undefined) return;
      acquires.add(granted - asked);
      pairs.add(given - asked);
      counts[caller] = (counts[caller] ?? 0) + 1;
      // A load that never waits for anything leaves no timer a chance.
      if (given >= end) finish();
    }
  };

  const timer = setTimeout(finish, load.seconds * 1_000);
  try {
    await Promise.all(
      takes.map((take, caller) =>
        call(take, caller).catch((error: unknown) => {
          if (result === undefined || !isAbort(error)) throw error;
        }),
      ),
    );
  } finally {
    clearTimeout(timer);
    over.abort();
  }
  finish();
  return result as unknown as LoadResult;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
