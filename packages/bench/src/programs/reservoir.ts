/** The newest measurements of many. */
export interface Reservoir {
  add(value: number): void;
  /** The value that the given part of the measurements, 0 to 1, does not pass; NaN of none. */
  quantile(part: number): number;
}

/** Keeps the last ones in a ring, so that counting costs a store and no memory. */
export function createReservoir(size: number = 65_536): Reservoir {
  const values = new Float64Array(size);
  let count = 0;
  return {
    add(value) {
      values[count % size] = value;
      count += 1;
    },
    quantile(part) {
      const sorted = values.slice(0, Math.min(count, size)).sort();
      if (sorted.length === 0) return Number.NaN;
      return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] as number;
    },
  };
}
