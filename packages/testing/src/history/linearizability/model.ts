/** What a thing does when operations take effect one after the other, without any concurrency. */
export interface SequentialModel<State, Input> {
  readonly initial: State;
  /** The state after an operation has taken effect; `undefined` if it cannot take effect in this state. */
  readonly step: (state: State, input: Input) => State | undefined;
  /** States with the same key are the same. */
  readonly keyOf: (state: State) => string;
  /**
   * True when `target` can never take effect once `input` has, whatever comes between. It only saves time: the
   * search does not try `input` while it looks for a place for `target`.
   */
  readonly rulesOut: (input: Input, target: Input) => boolean;
}

/** An operation of a history, which takes effect at one moment between its call and its return. */
export interface TimedInput<Input> {
  readonly input: Input;
  readonly callMs: number;
  /** `Infinity` when nobody learnt the outcome: then it takes effect at any time after its call, or never. */
  readonly returnMs: number;
}
