import type { Clock } from "./clock.js";
import type { AcquireOptions } from "./coordinator.js";
import { publish } from "./diagnostics.js";
import { LockTimeoutError } from "./errors.js";
import type { AcquireOperation } from "./interceptor.js";
import type { LockHandle } from "./lock-handle.js";
import type { Blocker } from "./recipes/blocker.js";
import type { LockRequest } from "./scopes/scope-locks.js";
import { LinkedStop } from "./signals.js";
import { isTraceParent } from "./trace-parent.js";

/** A caller's request for locks, as the scopes see it: until when it waits, for whom, and who is told of what. */
export class AcquireRequest extends LinkedStop implements LockRequest {
  /** What was granted. */
  lock: LockHandle | undefined;
  readonly #operation: AcquireOperation;
  readonly #options: AcquireOptions;
  #blockedBy: string | undefined;

  constructor(operation: AcquireOperation, options: AcquireOptions, clock: Clock) {
    const { signal, timeoutMs } = options;
    super({ signal, timeoutMs, timeoutReason: () => this.#timeout(), clock });
    this.#operation = operation;
    this.#options = options;
  }

  get signal(): this {
    return this;
  }

  get operation(): string | undefined {
    return this.#operation.purpose;
  }

  get trace(): string | undefined {
    const { trace } = this.#operation;
    return isTraceParent(trace) ? trace : undefined;
  }

  onBlocked(blockedBy: Blocker): void {
    this.#blockedBy = blockedBy.text;
    publish("fenceline:acquire:blocked", () => ({ operation: this.#operation, blockedBy }));
    try {
      this.#options.onBlocked?.(blockedBy.text);
    } catch (error) {
      this.abort(error);
    }
  }

  #timeout(): LockTimeoutError {
    const names = this.#operation.keys.map((key) => key.name);
    return new LockTimeoutError(names, this.#options.timeoutMs as number, this.#blockedBy);
  }
}
