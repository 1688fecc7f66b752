import { InvalidArgumentError } from "@fenceline/core";

/** What a history is judged by. */
export interface CheckHistoryOptions {
  /** The TTL of the workers' leases, as granted. */
  readonly ttlMs: number;
  /** How much longer than its TTL a lock may take to be granted again after a crash. Default: 1 000. */
  readonly recoverySlackMs?: number | undefined;
  /** How long after a pause a worker may go on believing: an abort needs a turn of the event loop. Default: 100. */
  readonly resumeGraceMs?: number | undefined;
  /** How many steps the search for a linearization may take for one lock. Default: 1 000 000, about a second. */
  readonly stepBudget?: number | undefined;
  /**
   * `true`: the history is one of many, such as one seed of a simulation, and need not prove anything by itself.
   * Then add the statistics up and ask `voidReasons` about the sum. Default: `false`.
   */
  readonly isOneOfMany?: boolean | undefined;
}

/** `CheckHistoryOptions` with its defaults. */
export interface CheckSettings {
  readonly ttlMs: number;
  readonly recoverySlackMs: number;
  readonly resumeGraceMs: number;
  readonly stepBudget: number;
  readonly isOneOfMany: boolean;
}

/** Checks options and fills in defaults. */
export function resolveCheckOptions(options: CheckHistoryOptions): CheckSettings {
  const {
    isOneOfMany = false,
    recoverySlackMs = 1_000,
    resumeGraceMs = 100,
    stepBudget = 1_000_000,
    ttlMs,
  } = options;
  if (typeof isOneOfMany !== "boolean") {
    throw new InvalidArgumentError("isOneOfMany", "true or false", isOneOfMany);
  }
  return {
    ttlMs: atLeast("ttlMs", ttlMs, 1),
    recoverySlackMs: atLeast("recoverySlackMs", recoverySlackMs, 0),
    resumeGraceMs: atLeast("resumeGraceMs", resumeGraceMs, 0),
    stepBudget: atLeast("stepBudget", stepBudget, 1),
    isOneOfMany,
  };
}

function atLeast(argument: string, value: number, least: number): number {
  if (Number.isFinite(value) && value >= least) return value;
  throw new InvalidArgumentError(argument, `a finite number >= ${least}`, value);
}
