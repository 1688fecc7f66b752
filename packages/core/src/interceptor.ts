import type { Lock } from "./lock.js";
import type { LockKey } from "./lock-key.js";

/**
 * Something that a coordinator does, as an interceptor sees it:
 *
 * - `acquire`: from the request to the grant; ends with the `Lock`, with `undefined` for a try that failed, or
 *   with the error.
 * - `hold`: from the grant to the release; around the callback of `withLock`, so that a context made active
 *   here is active in it.
 * - `release`: the giving back.
 */
export type Operation =
  | AcquireOperation
  | { readonly kind: "hold"; readonly lock: Lock }
  | { readonly kind: "release"; readonly lock: Lock };

/** A request for a lock, or for several at once. */
export interface AcquireOperation {
  readonly kind: "acquire";
  readonly keys: readonly LockKey[];
  readonly ifAvailable: boolean;
  /** What the holder is going to do: `AcquireOptions.operation`. */
  readonly purpose: string | undefined;
  /** The caller's own: a request that ends with its reason was not wanted any more, and has not failed. */
  readonly signal: AbortSignal | undefined;
  readonly coordinator: CoordinatorInfo;
  /**
   * For an interceptor to set before it calls `next()`: the trace context, a traceparent, that those who wait
   * behind this request are given as that of the one who blocks them, also in other processes. Anything that
   * is no traceparent is left out.
   */
  trace: string | undefined;
}

/** The coordinator that something comes from: one object for each coordinator. */
export interface CoordinatorInfo {
  readonly node: string;
  /** By which an interceptor recognises its own coordinators. */
  readonly interceptors: readonly Interceptor[];
}

/**
 * Wraps what a coordinator does. Call `next()` exactly once and return what it returns, or throw instead of
 * calling it.
 *
 * @example
 * ```ts
 * const slowLocks: Interceptor = async (operation, next) => {
 *   const start = performance.now();
 *   try {
 *     return await next();
 *   } finally {
 *     console.log(operation.kind, performance.now() - start);
 *   }
 * };
 * ```
 */
export type Interceptor = (operation: Operation, next: () => Promise<unknown>) => Promise<unknown>;

/** Runs `action` inside all interceptors, the first one outermost. */
export function intercept<T>(
  interceptors: readonly Interceptor[],
  operation: Operation,
  action: () => Promise<T>,
): Promise<T> {
  return interceptors.length === 0 ? action() : interceptAll(interceptors, operation, action);
}

async function interceptAll<T>(
  interceptors: readonly Interceptor[],
  operation: Operation,
  action: () => Promise<T>,
): Promise<T> {
  const call = interceptors.reduceRight<() => Promise<unknown>>(
    (next, interceptor) => () => interceptor(operation, next),
    action,
  );
  return (await call()) as T;
}
