import { publish } from "../diagnostics.js";
import { StaleTokenError, UnreadableTokenError } from "../errors.js";
import { assertName } from "../lock-key.js";
import { FencingToken } from "./fencing-token.js";

/**
 * The check at a resource that makes a late holder of a lock harmless: **admits a token only if no newer one
 * was admitted for that resource**.
 *
 * The check is worth something only if nothing can come between it and the write: check and write must be one
 * step at the resource. How each implementation gives that:
 *
 * - `createMemoryTokenGate`: the write is a synchronous function that the gate calls in the same turn.
 * - `createSqlTokenGate`: the gate's statement runs in the transaction of the write. It locks the resource's
 *   row until that transaction ends, so that another holder waits before its own check.
 * - `coordinator.tokenGate()` (etcd): the writes travel in the gate's own transaction.
 *
 * Remembering one token for each resource is what a gate is for, so it never forgets one by itself.
 */
export interface TokenGate {
  /**
   * Lets a write pass, or throws. The newest token is admitted as often as its holder likes.
   *
   * @param resource what is written to, 1 to 512 bytes of well-formed Unicode. Each has its own newest token:
   * write to one resource under one lock only, as tokens of different locks are not comparable.
   * @param token the token of the lock under which the write is made: `lock.token`.
   * @throws StaleTokenError when a newer token was admitted for the resource: nothing was written.
   * @throws UnreadableTokenError when what is stored for the resource is no token: nothing was written.
   * @throws InvalidArgumentError before anything was touched.
   */
  admit(resource: string, token: FencingToken): Promise<void>;
}

/** Refuses what no gate can remember. */
export function assertAdmission(resource: unknown, token: FencingToken): asserts resource is string {
  assertName("resource", resource);
  FencingToken.from(token);
}

/** The token that a store has for a resource; `digits` is what of the stored value must be its decimal text. */
export function readStored(resource: string, stored: unknown, digits: unknown): FencingToken {
  try {
    return FencingToken.parse(digits as string);
  } catch {
    throw new UnreadableTokenError(resource, stored);
  }
}

/** The error that refuses a token which is older than the newest, after it was made known. */
export function rejectToken(
  guard: "etcd" | "memory" | "sql",
  resource: string,
  token: FencingToken,
  newest: FencingToken,
): StaleTokenError {
  publish("fenceline:fence:rejected", () => ({ guard, resource, token, newest }));
  return new StaleTokenError(resource, token, newest);
}
