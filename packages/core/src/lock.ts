import type { GuardedTxn, GuardedTxnResult } from "./etcd/txn-builder.js";
import type { FencingToken } from "./fencing/fencing-token.js";
import type { LockKey } from "./lock-key.js";
import type { RecoveryMark } from "./recipes/recovery-marks.js";

/** A lock, or several taken together, while this process holds it. Its methods are to be called on it, as of any class. */
export interface Lock extends AsyncDisposable {
  /** The keys in the order in which they were asked for. */
  readonly keys: readonly LockKey[];
  /** The fencing token of the first key. */
  readonly token: FencingToken;
  /** The fencing token of one of several keys. */
  tokenOf(key: LockKey | string): FencingToken;
  /**
   * Aborts with a `LockLostError` when the lock is lost, before etcd can give it to somebody else, as long as
   * this process runs. After a pause of the process, timers may run before the abort: check with
   * `assertHeld()` right before each step that must not come late.
   */
  readonly signal: AbortSignal;
  /** False once the lock is lost or released. Synchronous and right from the first instruction after a pause. */
  readonly held: boolean;
  /** Throws the `LockLostError` unless the lock is held. */
  assertHeld(): void;
  /**
   * For each key with a `lockDelayMs` whose last holder did not release it: whose work was cut off. Empty when
   * all ended clean. The lock's delay has passed by then.
   */
  readonly recoveredFrom: readonly RecoveryMark[];
  /** Runs `work` in this lock's async context: `currentLock()` finds it there, and so does the nesting check. */
  run<T>(work: (lock: Lock) => T | Promise<T>): Promise<T>;
  /**
   * Writes to etcd in one transaction that applies only while this lock is held. Keys are taken as they are:
   * the coordinator's namespace is not put before them.
   *
   * @throws LockLostError when the lock was not held any more; nothing was written.
   * @throws EtcdError `etcd_outcome_unknown` when the answer was lost: the writes happened wholly or not at
   * all, and only while the lock was held.
   * @throws InvalidArgumentError when none of the keys is global.
   */
  guardedTxn(build: (txn: GuardedTxn) => unknown): Promise<GuardedTxnResult>;
  /** Gives the lock back. Idempotent, bounded in time, never rejects: what etcd could not be told, the lease's end will. */
  release(): Promise<void>;
}
