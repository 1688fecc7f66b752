import { InvalidArgumentError } from "../errors.js";

/** Which of its names a kind of lock gets. */
export interface LockNaming {
  /**
   * The release of the other system (OpenStack Cinder) whose nodes share the locks, "15.0.0": names are those of
   * that release. A lock that the release did not have yet gets its first name, one that it has no more its
   * last. Default: the current names.
   */
  readonly release?: string | undefined;
  /**
   * `"array"`: names that unrelated arrays share get the array's identity, so that those arrays do not wait for
   * each other. **Such names are not the other system's any more**: no node of it is excluded by them.
   * Default: the other system's names.
   */
  readonly per?: "array" | undefined;
}

/** A name that releases before `before` used. */
export interface FormerName<Template extends string = string> {
  readonly before: string;
  readonly template: Template;
}

/** The names of a kind of lock. */
export interface LockNames {
  readonly template: string;
  readonly formerNames?: readonly FormerName[] | undefined;
  readonly perArray?: string | undefined;
}

const RELEASE = /^\d+\.\d+\.\d+$/;

/** Refuses a naming that cannot be followed. */
export function assertNaming(naming: LockNaming): void {
  if (naming.release !== undefined) assertRelease("release", naming.release);
  if (naming.per !== undefined && naming.per !== "array") {
    throw new InvalidArgumentError("per", '"array" or left out', naming.per);
  }
}

export function assertRelease(argument: string, release: unknown): asserts release is string {
  if (typeof release !== "string" || !RELEASE.test(release)) {
    throw new InvalidArgumentError(argument, 'a release like "15.0.0"', release);
  }
}

/** The template that a naming selects. `formerNames` stand in the order of their releases. */
export function templateFor(names: LockNames, { release, per }: LockNaming): string {
  if (per === "array" && names.perArray !== undefined) return names.perArray;
  if (release === undefined) return names.template;
  const former = names.formerNames?.find(({ before }) => compareReleases(release, before) < 0);
  return former?.template ?? names.template;
}

/** Negative, zero or positive, as `a` is older than, the same as, or newer than `b`. */
export function compareReleases(a: string, b: string): number {
  const [left, right] = [a, b].map((release) => release.split(".").map(Number));
  return left?.map((part, index) => part - (right?.[index] ?? 0)).find((part) => part !== 0) ?? 0;
}
