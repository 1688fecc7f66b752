import type { SequentialModel, TimedInput } from "../../../dist/history/linearizability/model.js";

/** Whether there is a linearization, by trying all orders of all subsets that contain whatever returned. */
export function hasLinearization<State, Input>(
  model: SequentialModel<State, Input>,
  operations: readonly TimedInput<Input>[],
): boolean {
  return extend(model.initial, operations);

  function extend(state: State, left: readonly TimedInput<Input>[]): boolean {
    if (left.every(({ returnMs }) => returnMs === Number.POSITIVE_INFINITY)) return true;
    return left.some((next, index) => {
      const others = left.toSpliced(index, 1);
      if (others.some(({ returnMs }) => returnMs < next.callMs)) return false;
      const after = model.step(state, next.input);
      return after !== undefined && extend(after, others);
    });
  }
}
