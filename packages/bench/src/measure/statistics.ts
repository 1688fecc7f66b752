/** What several rounds have in common. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** (max - min) / median: how far apart the rounds are. */
  readonly spread: number;
  readonly rounds: number;
}

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** `undefined` where nothing was measured, or something else than a number. */
export function summarize(values: readonly number[]): Summary | undefined {
  if (values.length === 0 || !values.every(Number.isFinite)) return undefined;
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const middle = median(values);
  return { median: middle, min, max, spread: middle === 0 ? 0 : (max - min) / middle, rounds: values.length };
}
