import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  decorrelatedJitterGenerator,
  ExponentialBackoff,
  handleWhen,
  type IPolicy,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import { EtcdError } from "../errors.js";

export interface CallPolicyOptions {
  /** How often a call that is safe to repeat is tried again. Default: 6. */
  readonly retries?: number | undefined;
  /** The longest pause between two attempts, in milliseconds. Default: 500. */
  readonly maxPauseMs?: number | undefined;
  /** How long one attempt may take, in milliseconds. Default: 1,000, or a quarter of the TTL if that is less. */
  readonly attemptTimeoutMs?: number | undefined;
  /** After so many failures in a row no attempt is made for `breakMs`. Default: 20. */
  readonly breakAfter?: number | undefined;
  /** How long the cluster is left alone then, in milliseconds. Default: 500. */
  readonly breakMs?: number | undefined;
  /** Told each time that the circuit breaker changes its state. */
  readonly onBreakerState?: ((state: BreakerState) => void) | undefined;
}

/** `open`: no attempt is made; `half-open`: one attempt decides. */
export type BreakerState = "closed" | "half-open" | "open";

/**
 * The cockatiel policy that each call to etcd runs under, unless `connect` was given another: retries with
 * jitter around a circuit breaker around a timeout. Only errors that say `retryable` are tried again; a call
 * that is not safe to repeat never says so.
 *
 * @example
 * ```ts
 * const policy = wrap(bulkhead(64, 1_000), createCallPolicy({ retries: 3 }));
 * await connect({ etcd: { hosts, callPolicy: policy } });
 * ```
 */
export function createCallPolicy(options: CallPolicyOptions = {}): IPolicy {
  const failed = handleWhen((error) => isRetryable(error) || error instanceof TaskCancelledError);
  const repeat = handleWhen(
    (error) =>
      isRetryable(error) || error instanceof BrokenCircuitError || error instanceof TaskCancelledError,
  );
  const breaker = circuitBreaker(failed, {
    halfOpenAfter: options.breakMs ?? 500,
    breaker: new ConsecutiveBreaker(options.breakAfter ?? 20),
  });
  breaker.onBreak(() => options.onBreakerState?.("open"));
  breaker.onHalfOpen(() => options.onBreakerState?.("half-open"));
  breaker.onReset(() => options.onBreakerState?.("closed"));
  return wrap(
    retry(repeat, {
      maxAttempts: options.retries ?? 6,
      backoff: new ExponentialBackoff({
        generator: decorrelatedJitterGenerator,
        initialDelay: 20,
        maxDelay: options.maxPauseMs ?? 500,
      }),
    }),
    breaker,
    // A little longer than the deadline that the call itself carries: the call's own error says more. To abort a signal
    // after each call, that nobody listens to, would cost more than the call's own code.
    timeout((options.attemptTimeoutMs ?? 1000) + 100, {
      strategy: TimeoutStrategy.Aggressive,
      abortOnReturn: false,
    }),
  );
}

function isRetryable(error: Error): boolean {
  return error instanceof EtcdError && error.retryable;
}
