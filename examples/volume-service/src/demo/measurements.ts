export const KINDS = ["create", "clone", "attach", "detach"] as const;

/** What clients ask of the service. */
export type Kind = (typeof KINDS)[number];

/** What became of the operations of a kind. */
export interface KindSummary {
  /** Operations that were done, in the end. */
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Requests that a node failed and another one was asked for. */
  readonly retried: number;
  /** Operations that no node could do. */
  readonly failed: number;
}

/** Takes down what clients see: an operation's time runs from its first request to its last answer. */
export class Measurements {
  readonly #timesMs = new Map<Kind, number[]>(KINDS.map((kind) => [kind, []]));
  readonly #retried = new Map<Kind, number>();
  readonly #failed = new Map<Kind, number>();

  done(kind: Kind, timeMs: number): void {
    this.#timesMs.get(kind)?.push(timeMs);
  }

  retried(kind: Kind): void {
    this.#retried.set(kind, (this.#retried.get(kind) ?? 0) + 1);
  }

  failed(kind: Kind): void {
    this.#failed.set(kind, (this.#failed.get(kind) ?? 0) + 1);
  }

  /** Of one kind, or of all together. */
  summary(kinds: readonly Kind[] = KINDS): KindSummary {
    const timesMs = kinds.flatMap((kind) => this.#timesMs.get(kind) ?? []).sort((a, b) => a - b);
    const sum = (counts: ReadonlyMap<Kind, number>): number =>
      kinds.reduce((total, kind) => total + (counts.get(kind) ?? 0), 0);
    return {
      count: timesMs.length,
      p50Ms: percentile(timesMs, 50),
      p99Ms: percentile(timesMs, 99),
      retried: sum(this.#retried),
      failed: sum(this.#failed),
    };
  }
}

/** The smallest value that `percent` of all are not above (nearest rank); 0 of none. Rounded to 0.1. */
export function percentile(sorted: readonly number[], percent: number): number {
  const rank = Math.ceil((percent / 100) * sorted.length);
  const value = sorted[Math.max(rank, 1) - 1] ?? 0;
  return Math.round(value * 10) / 10;
}
