import type { Phase, Sample } from "./soak-run.js";

export interface Growth {
  readonly from: number;
  readonly to: number;
}

/** Memory may move for so long: code is compiled, caches and buffers fill. */
const LONGEST_WARM_UP_SECONDS = 60;

/** How long a phase warms up: a minute, or a tenth of a shorter phase. */
export function warmUpSeconds(phaseSeconds: number): number {
  return Math.min(LONGEST_WARM_UP_SECONDS, phaseSeconds / 10);
}

/** The samples after the warm-up. */
export function settledSamples({ samples, seconds }: Phase): readonly Sample[] {
  return samples.filter(({ t }) => t >= warmUpSeconds(seconds));
}

/**
 * From what to what a value went between the end of the warm-up and the end of the phase. Both are the median of a
 * tenth of the samples: where a page of the allocator came or went in a single one tells nothing.
 */
export function growthOf(phase: Phase, value: "heapUsed" | "rss"): Growth {
  const settled = settledSamples(phase);
  const tenth = Math.max(1, Math.round(settled.length / 10));
  return { from: medianOf(settled.slice(0, tenth), value), to: medianOf(settled.slice(-tenth), value) };
}

export function medianOf(samples: readonly Sample[], value: "heapUsed" | "rss" | "watches"): number {
  const sorted = samples.map((sample) => sample[value]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
