import type { EtcdTokenGate } from "./fencing/etcd-token-gate.js";
import type { Lock } from "./lock.js";
import type { LockKey, Scope } from "./lock-key.js";
import type { SessionState } from "./session/session-state.js";

/** One key, or several that are taken together or not at all. A string means a global lock of that name. */
export type LockKeys = LockKey | string | readonly (LockKey | string)[];

export interface AcquireOptions {
  /** How long to wait at most, in milliseconds, 1 to 2^31 - 1. Default: no limit; the wait ends by grant, abort or error. */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait; `acquire` rejects with its reason, unchanged. After the grant it has no effect. */
  readonly signal?: AbortSignal | undefined;
  /** What the holder is going to do ("delete_volume"), for people who look at the queue. At most 200 characters. */
  readonly operation?: string | undefined;
  /**
   * Told who is in the way, in one line for people, when the wait begins and whenever that may have changed.
   * What it throws ends the wait.
   */
  readonly onBlocked?: ((blockedBy: string) => void) | undefined;
}

export interface CloseOptions {
  /**
   * How long to wait for the locks that are held to be released, in milliseconds. Default: 0. Waits that are
   * under way end at once with `CoordinatorClosedError`; what is held after that time is lost.
   */
  readonly drainMs?: number | undefined;
}

/**
 * Takes locks at three scopes and knows which of them it still holds. Made by `connect`; one for a process is
 * enough, however many locks it takes.
 */
export interface Coordinator extends AsyncDisposable {
  /** The name of this node in owner records. */
  readonly node: string;
  /** How far each lock reaches at least, see `ConnectOptions.minimumScope`. */
  readonly minimumScope: Scope;
  /** True once `close()` was called. */
  readonly closed: boolean;

  /**
   * Takes the lock, runs `work` with it, and gives it back whatever becomes of `work`. Settles after the release.
   *
   * Keys of several scopes are taken process first, then node, then global; all global keys in one transaction,
   * fair and without deadlock. The same key given twice is taken once.
   *
   * @returns what `work` returns
   * @throws what `work` throws, unchanged
   * @throws LockTimeoutError when `timeoutMs` passed before the grant
   * @throws LockLostError when the lock was lost while `work` ran and `work` itself did not throw
   * @throws AlreadyHeldError when this async context holds one of the keys (taken by `withLock`, a guarded
   * method or `lock.run`; a handle from `acquire` belongs to no context)
   * @throws SessionLostError when the session ended during the wait; asking again opens a new one
   * @throws EtcdError when etcd cannot be asked; `etcd_not_configured` for a global lock without etcd
   * @throws CoordinatorClosedError, InvalidArgumentError
   */
  withLock<T>(keys: LockKeys, work: (lock: Lock) => T | Promise<T>): Promise<T>;
  withLock<T>(keys: LockKeys, options: AcquireOptions, work: (lock: Lock) => T | Promise<T>): Promise<T>;

  /**
   * Takes the lock and leaves the giving back to the caller: `await using lock = await coordinator.acquire(key)`.
   * Rejects as `withLock` does. In JavaScript without `using`, release in a `finally`.
   */
  acquire(keys: LockKeys, options?: AcquireOptions): Promise<Lock>;

  /**
   * Takes the lock if nobody holds it or waits for it; otherwise resolves to `undefined` at once and leaves
   * nothing behind in etcd. A lock that has to rest first (`LockKey.lockDelayMs`) counts as held until its delay has
   * passed since the first try of this coordinator that found it free, so one that is only ever tried is not lost.
   */
  tryAcquire(keys: LockKeys, options?: Omit<AcquireOptions, "timeoutMs">): Promise<Lock | undefined>;

  /**
   * The lock that is taken when this one is asked for: the same, unless `minimumScope` lifts it.
   *
   * @throws InvalidArgumentError for what is no key
   */
  effectiveKey(key: LockKey | string): LockKey;

  /**
   * The token gate in this coordinator's etcd and namespace, for resources that cannot keep the newest token
   * themselves. It needs no lock and no session: whoever has a token may be checked here.
   *
   * @throws EtcdError `etcd_not_configured` without etcd
   * @throws CoordinatorClosedError
   */
  tokenGate(): EtcdTokenGate;

  /** Where the session with etcd stands; `none` without etcd. */
  readonly sessionState: SessionState;
  /** Calls back at each change of the session's state until disposed. */
  onSessionState(listener: (state: SessionState) => void): Disposable;
  /** The changes of the session's state from now on, as an async iterable; it ends when the coordinator is closed. */
  sessionStates(options?: { readonly signal?: AbortSignal | undefined }): AsyncIterableIterator<SessionState>;

  /**
   * Ends all waits, gives back or loses all locks, revokes the lease and closes the connections. Idempotent. A lock
   * that is still held then leaves its recovery mark, see `LockKey.lockDelayMs`: its holder has not released it.
   */
  close(options?: CloseOptions): Promise<void>;
}
