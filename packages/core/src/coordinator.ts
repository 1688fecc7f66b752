import type { FencingToken } from "./fencing/fencing-token.js";
import type { Lock } from "./lock.js";
import type { LockKey } from "./lock-key.js";

/** One key, or several that are taken together or not at all. A string means a global lock of that name. */
export type LockKeys = LockKey | string | readonly (LockKey | string)[];

export interface AcquireOptions {
  /** How long to wait at most, in milliseconds; without it the wait ends by grant, abort, or an error. */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait; `acquire` rejects with its reason, unchanged. After the grant it has no effect. */
  readonly signal?: AbortSignal | undefined;
  /** What the holder is going to do ("delete_volume"), for people who look at the queue. At most 200 characters. */
  readonly operation?: string | undefined;
}

/** Takes locks at three scopes and knows which of them it still holds. Made by `connect`. */
export interface Coordinator extends AsyncDisposable {
  /** The name of this node in owner records. */
  readonly node: string;
  /** True once `close()` was called. */
  readonly closed: boolean;

  /** Takes the lock, runs `work` with it, and gives it back whatever becomes of `work`. */
  withLock<T>(keys: LockKeys, work: (lock: Lock) => T | Promise<T>): Promise<T>;
  withLock<T>(keys: LockKeys, options: AcquireOptions, work: (lock: Lock) => T | Promise<T>): Promise<T>;

  /** Takes the lock and leaves the giving back to the caller: `await using lock = await coordinator.acquire(key)`. */
  acquire(keys: LockKeys, options?: AcquireOptions): Promise<Lock>;

  /** Takes the lock if it is free, otherwise resolves to `undefined` at once. */
  tryAcquire(keys: LockKeys, options?: Pick<AcquireOptions, "operation">): Promise<Lock | undefined>;

  close(options?: { readonly drainMs?: number | undefined }): Promise<void>;
}

export type { FencingToken };
