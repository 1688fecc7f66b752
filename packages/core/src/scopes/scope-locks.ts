import type { LockLostError } from "../errors.js";
import type { TxnRequest, TxnResponse } from "../etcd/port.js";
import type { FencingToken } from "../fencing/fencing-token.js";
import type { LockKey } from "../lock-key.js";
import type { Blocker } from "../recipes/blocker.js";
import type { Ending } from "../recipes/lock-recipe.js";
import type { RecoveryMark } from "../recipes/recovery-marks.js";
import type { Stop } from "../stop-signal.js";

/** The locks of one scope, as the coordinator uses them. Keys given together are distinct and of that scope. */
export interface ScopeLocks {
  /**
   * Refuses keys that cannot be taken together, or at all; called before any scope is asked for anything.
   *
   * @throws InvalidArgumentError
   */
  assertKeys?(keys: readonly LockKey[]): void;
  /** Where several names mean one lock: the one that stands for all of them. */
  canonicalName?(name: string): string;
  /**
   * Waits for all keys, together and first come, first served.
   *
   * Rejects with `request.signal.reason` at once when it aborts; the place in the queue is given up then.
   */
  acquire(keys: readonly LockKey[], request: LockRequest): Promise<Grant>;
  /** Takes all keys at once if they are free, otherwise changes nothing. */
  tryAcquire(keys: readonly LockKey[], request: LockRequest): Promise<Grant | undefined>;
}

/** Who asks, and until when. */
export interface LockRequest {
  /** The caller's abort, the timeout and the closing of the coordinator in one; a scope may abort it as well. */
  readonly signal: Stop;
  /** What the holder is going to do, for people who look at the queue. */
  readonly operation?: string | undefined;
  /** The trace context that those who wait behind are given, a traceparent. */
  readonly trace?: string | undefined;
  /** Told of what the wait is waiting for, for error messages and traces. */
  readonly onBlocked?: ((blockedBy: Blocker) => void) | undefined;
}

/** What is known of the end of a holding. */
export interface ReleaseFacts {
  /** How many waited for the lock, as far as could be seen. */
  readonly waiters: number;
  /** The next holder is in this process and took over the entry in etcd. */
  readonly handedOver: boolean;
}

/** Keys of one scope, held. */
export interface Grant {
  tokenOf(key: LockKey): FencingToken;
  /** Throws when the lock is not held any more; synchronous. */
  assertHeld(): void;
  /** Calls back at most once, when the lock is lost before it is released. */
  onLost(listener: (error: LockLostError) => void): void;
  /** Idempotent; never rejects. "cut off" when it is not the holder that gives back: its work may not be over. Default: "released". */
  release(ending?: Ending): Promise<void>;
  /** What was found at the release; complete once it is done. */
  readonly releaseFacts?: ReleaseFacts | undefined;
  /** Global scope only: what earlier holders left behind, see `Lock.recoveredFrom`. */
  readonly recoveredFrom?: readonly RecoveryMark[] | undefined;
  /** Global scope only: does the transaction while the lock is held, otherwise throws `LockLostError`. */
  guardedTxn?(request: TxnRequest): Promise<TxnResponse>;
}
