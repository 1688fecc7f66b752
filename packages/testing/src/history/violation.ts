import type { GrantedEvent } from "./events.js";
import type { Operation } from "./operation.js";

/** Which check found it. */
export type CheckName =
  | "ended-waits"
  | "exclusion"
  | "fairness"
  | "fenced-effects"
  | "leftovers"
  | "linearizability"
  | "recovery"
  | "token-order";

/** A promise that was not kept. */
export interface Violation {
  readonly check: CheckName;
  readonly lock: string;
  /** What happened, in one sentence: who, which lock, which tokens, when. */
  readonly message: string;
}

/** A time as the events have it, to the microsecond. */
export function at(ms: number): string {
  return `${Math.round(ms * 1_000) / 1_000} ms`;
}

/** `worker w1 (operation w1-7, token 42)` */
export function who(operation: Operation & { readonly grant?: GrantedEvent }): string {
  const token = operation.grant === undefined ? "" : `, token ${operation.grant.token}`;
  return `worker ${operation.worker} (operation ${operation.id}${token})`;
}
