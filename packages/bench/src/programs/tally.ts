import type { LoadResult } from "../load.js";
import { createReservoir } from "./reservoir.js";

/** Counts from the moment in which it is made. */
export interface Tally {
  add(caller: number, acquireMs: number, pairMs: number): void;
  result(): LoadResult;
}

export function createTally(callers: number): Tally {
  const counts = new Uint32Array(callers);
  const acquires = createReservoir();
  const pairs = createReservoir();
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  return {
    add(caller, acquireMs, pairMs) {
      counts[caller] = (counts[caller] ?? 0) + 1;
      acquires.add(acquireMs);
      pairs.add(pairMs);
    },
    result() {
      const elapsedMs = performance.now() - begin;
      const { user, system } = process.cpuUsage(cpuBefore);
      return {
        locks: counts.reduce((sum, count) => sum + count, 0),
        elapsedMs,
        cpuUs: user + system,
        acquireP50Ms: acquires.quantile(0.5),
        acquireP99Ms: acquires.quantile(0.99),
        pairP50Ms: pairs.quantile(0.5),
        fewest: Math.min(...counts),
        most: Math.max(...counts),
      };
    },
  };
}
