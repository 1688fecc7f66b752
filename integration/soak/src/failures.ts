import { FencelineError } from "@fenceline/core";

/** Requests that failed because etcd did not answer in time, as it may not on a machine with more to do. */
export interface Failures {
  readonly count: number;
  /** Counts the failure of a request that may be made again. Throws anything else. */
  note(error: unknown): void;
}

export function countFailures(): Failures {
  let count = 0;
  return {
    get count() {
      return count;
    },
    note(error) {
      if (!FencelineError.is(error) || error.code === "invalid_argument") throw error;
      count += 1;
    },
  };
}
