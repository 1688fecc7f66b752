import type { History } from "../history.js";
import {
  type FencedMutexInput,
  type FencedMutexState,
  fencedMutex,
} from "../linearizability/fenced-mutex.js";
import type { TimedInput } from "../linearizability/model.js";
import { mutexOperations } from "../linearizability/mutex-operations.js";
import { findLinearization } from "../linearizability/search.js";
import { at, type Violation } from "../violation.js";

/** What the search says of all locks together. */
export interface LinearizabilityResult {
  readonly violations: readonly Violation[];
  /** A sentence for each lock for which the budget did not suffice. */
  readonly undecided: readonly string[];
}

/** Each lock by itself behaves like one mutex with fencing tokens, see `fencedMutex` and `mutexOperations`. */
export function checkLinearizability(history: History, budget: number): LinearizabilityResult {
  const violations: Violation[] = [];
  const undecided: string[] = [];
  for (const lockHistory of history.locks) {
    const { lock } = lockHistory;
    const result = findLinearization(fencedMutex, mutexOperations(history, lockHistory), budget);
    if (result.outcome === "undecided") {
      undecided.push(`lock "${lock}": no linearization was found or ruled out within ${budget} steps`);
    } else if (result.outcome === "impossible") {
      const message = `lock "${lock}": ${describe(result.at)} can have taken effect at no time: ${list(result.states)}`;
      violations.push({ check: "linearizability", lock, message });
    }
  }
  return { violations, undecided };
}

function describe({ callMs, input, returnMs }: TimedInput<FencedMutexInput>): string {
  const token = input.kind === "acquire" ? ` (token ${input.token})` : "";
  return `the ${input.kind} of operation ${input.owner}${token} from ${at(callMs)} to ${at(returnMs)}`;
}

function list(states: readonly FencedMutexState[]): string {
  const all = states.map(({ highest, owner }) => {
    const held = owner === undefined ? "free" : `held by operation ${owner}`;
    return highest < 0n ? held : `${held}, with ${highest} as the greatest token so far`;
  });
  return `the lock was ${all.join("; or ")}`;
}
