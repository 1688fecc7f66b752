import type { Scope } from "@fenceline/core";

/** The promises of the README, by a word or two. */
export type Promised =
  | "exclusion"
  | "fencing"
  | "no lock is lost"
  | "order"
  | "no silent wait"
  | "neighbours"
  | "no secrets";

/** A test that is not a fault test, by its file (from the root of the repository) and its title. */
export interface TestReference {
  readonly file: string;
  readonly title: string;
}

/** One fault, what has to come of it, and where that is checked. */
export interface FaultCell {
  /** A letter for the family and a number. Titles of the cell's fault tests begin with it. */
  readonly id: string;
  readonly fault: string;
  readonly outcome: string;
  /** The locks that the fault can do something to. */
  readonly scopes: readonly Scope[];
  /** What of the README the outcome is an instance of. */
  readonly promises: readonly Promised[];
  /** Where else it is checked. */
  readonly also?: {
    /** Steps of the simulated schedules, by what they `do`. */
    readonly schedules?: readonly string[];
    readonly tests?: readonly TestReference[];
    /** Kinds of faults of `npm run chaos`. */
    readonly chaos?: readonly string[];
    /** In words, with the command. */
    readonly other?: readonly string[];
  };
  /** Why no test of the suite is this cell's; without it there is at least one. */
  readonly withoutFaultTest?: string;
}

export interface FaultFamily {
  readonly letter: string;
  /** What fails. */
  readonly title: string;
  readonly cells: readonly FaultCell[];
}

export function simulation(file: string, ...titles: readonly string[]): readonly TestReference[] {
  return titles.map((title) => ({ file: `packages/testing/test/simulation/${file}`, title }));
}

export function unit(file: string, ...titles: readonly string[]): readonly TestReference[] {
  return titles.map((title) => ({ file: `packages/core/test/${file}`, title }));
}

export function integration(file: string, ...titles: readonly string[]): readonly TestReference[] {
  return titles.map((title) => ({ file: `integration/test/${file}`, title }));
}
