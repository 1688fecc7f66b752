import type { SequentialModel, TimedInput } from "./model.js";

/** Whether there is an order in which the operations can have taken effect. */
export type SearchResult<State, Input> =
  | { readonly outcome: "linearizable" }
  /** The budget was used up first: nothing is known. */
  | { readonly outcome: "undecided" }
  /** There is none. `at` is the first that returned without a place, in each of the `states` that were possible. */
  | { readonly outcome: "impossible"; readonly at: TimedInput<Input>; readonly states: readonly State[] };

/** One way in which all that has returned, and `done` of what has not, can have taken effect. */
interface Configuration<State> {
  readonly state: State;
  /** Numbers of operations, ascending. */
  readonly done: readonly number[];
}

/**
 * Searches for an order of operations that the model allows and that agrees with real time: what returned before
 * another was called comes before it. Times that are equal count as concurrent.
 *
 * This is Wing and Gong's search with Lowe's just-in-time linearization and memoisation. It goes through calls and
 * returns in the order of time and keeps every configuration that is possible so far, each once. An operation takes
 * effect at the latest when it returns, and before that only where one that returns needs it. The cost grows with
 * how many operations are concurrent, not with the length of the history.
 *
 * @param budget how many steps of the model are tried before the answer is `undecided`.
 */
export function findLinearization<State, Input>(
  model: SequentialModel<State, Input>,
  operations: readonly TimedInput<Input>[],
  budget: number,
): SearchResult<State, Input> {
  let steps = 0;
  const pending = new Set<number>();
  let configurations: readonly Configuration<State>[] = [{ state: model.initial, done: [] }];

  for (const { isReturn, number } of inOrderOfTime(operations)) {
    if (!isReturn) {
      pending.add(number);
      continue;
    }
    // Else it is a part of the only configuration already.
    if (!pending.has(number)) continue;
    const before = configurations;
    configurations = place(before, number);
    if (steps > budget) return { outcome: "undecided" };
    if (configurations.length === 0) {
      return { outcome: "impossible", at: timed(number), states: before.map(({ state }) => state) };
    }
    pending.delete(number);
    settle();
  }
  return { outcome: "linearizable" };

  function timed(number: number): TimedInput<Input> {
    return operations[number] as TimedInput<Input>;
  }

  /** All configurations in which an operation has taken effect, with as few others as lead there. */
  function place(before: readonly Configuration<State>[], target: number): readonly Configuration<State>[] {
    const placed = new Map<string, Configuration<State>>();
    const seen = new Set<string>();
    const open = [...before];
    for (let next = open.pop(); next !== undefined && steps <= budget; next = open.pop()) {
      if (next.done.includes(target)) {
        const configuration = { state: next.state, done: next.done.filter((number) => number !== target) };
        placed.set(keyOf(configuration), configuration);
        continue;
      }
      for (const configuration of successors(next, target)) {
        const key = keyOf(configuration);
        if (!seen.has(key)) open.push(configuration);
        seen.add(key);
      }
    }
    return [...placed.values()];
  }

  function* successors(
    { done, state }: Configuration<State>,
    target: number,
  ): Generator<Configuration<State>> {
    const targetInput = timed(target).input;
    for (const number of pending) {
      const { input } = timed(number);
      if (done.includes(number) || (number !== target && model.rulesOut(input, targetInput))) continue;
      steps += 1;
      const after = model.step(state, input);
      if (after !== undefined) yield { state: after, done: [...done, number].sort((a, b) => a - b) };
    }
  }

  function keyOf({ done, state }: Configuration<State>): string {
    return `${done.join()}|${model.keyOf(state)}`;
  }

  /** What has taken effect in the only configuration need not be remembered. */
  function settle(): void {
    const [only, another] = configurations;
    if (only === undefined || another !== undefined || only.done.length === 0) return;
    for (const number of only.done) pending.delete(number);
    configurations = [{ state: only.state, done: [] }];
  }
}

interface Boundary {
  readonly ms: number;
  readonly isReturn: boolean;
  readonly number: number;
}

/** The calls and returns; a call before a return at the same time. */
function inOrderOfTime<Input>(operations: readonly TimedInput<Input>[]): readonly Boundary[] {
  const boundaries: Boundary[] = [];
  for (const [number, { callMs, returnMs }] of operations.entries()) {
    boundaries.push({ ms: callMs, isReturn: false, number });
    if (returnMs < Infinity) boundaries.push({ ms: returnMs, isReturn: true, number });
  }
  return boundaries.sort((a, b) => a.ms - b.ms || Number(a.isReturn) - Number(b.isReturn));
}
