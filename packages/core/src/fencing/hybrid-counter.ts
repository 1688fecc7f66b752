import { FencingToken } from "./fencing-token.js";

/**
 * The next token of a counter that may have been lost: one more than the last, and never less than the wall
 * clock in microseconds. A counter that starts again (new process, lock file removed) so goes on above what
 * it gave out before, as no lock is granted a million times a second.
 *
 * @param last the last token that was given out, or 0 if none is known
 * @param wallNowMs milliseconds since 1970
 */
export function nextCount(last: bigint, wallNowMs: number): FencingToken {
  const floor = BigInt(Math.trunc(wallNowMs * 1000));
  return FencingToken.from(last >= floor ? last + 1n : floor);
}
