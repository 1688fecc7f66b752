import type { SequentialModel } from "./model.js";

/** Who has the mutex, and the greatest token that it has given out. */
export interface FencedMutexState {
  readonly owner: string | undefined;
  readonly highest: bigint;
}

/** An operation on the mutex. `owner` names one holding, from its acquire to its end. */
export type FencedMutexInput =
  /** `token` is undefined where nobody learnt it. */
  | { readonly kind: "acquire"; readonly owner: string; readonly token: bigint | undefined }
  | { readonly kind: "expire" | "release"; readonly owner: string };

/**
 * A mutex with fencing tokens.
 *
 * - `acquire` is possible when the mutex is free, and gives out a token greater than all before. One whose outcome
 *   is unknown takes the least such token.
 * - `release` is possible for the owner, and frees the mutex.
 * - `expire` is the end of the owner's lease on the server. It frees the mutex like a release, and nobody calls it:
 *   put it into the history only for a holding whose session has ended according to the history, from the earliest
 *   time at which that can have been.
 */
export const fencedMutex: SequentialModel<FencedMutexState, FencedMutexInput> = {
  initial: { owner: undefined, highest: -1n },
  step({ highest, owner }, input) {
    if (input.kind !== "acquire") return owner === input.owner ? { owner: undefined, highest } : undefined;
    const token = input.token ?? highest + 1n;
    return owner === undefined && token > highest ? { owner: input.owner, highest: token } : undefined;
  },
  keyOf: ({ highest, owner }) => `${highest} ${owner ?? ""}`,
  rulesOut(input, target) {
    if (input.kind !== "acquire" || target.kind !== "acquire") return false;
    return input.token !== undefined && target.token !== undefined && input.token >= target.token;
  },
};
