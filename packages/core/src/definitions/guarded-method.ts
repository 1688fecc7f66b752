import { AsyncLocalStorage } from "node:async_hooks";
import type { AcquireOptions, Coordinator } from "../coordinator.js";
import { InvalidArgumentError } from "../errors.js";
import type { Lock } from "../lock.js";
import { describeKey, type LockKey } from "../lock-key.js";

/** How long a guarded call waits for its locks at most, and what ends the wait. */
export type GuardOptions = Pick<AcquireOptions, "timeoutMs" | "signal">;

/** The locks of one call: one, several that are taken together, or an empty list if this call needs none. */
export type CallKeys = LockKey | readonly LockKey[];

/** How a method finds its coordinator and its locks; `self` is the object that it is called on. */
export interface MethodGuard<Self, Args extends unknown[]> {
  readonly name: PropertyKey;
  readonly coordinatorOf: (self: Self) => Coordinator;
  readonly keysOf: (self: Self, ...args: Args) => CallKeys;
  readonly options: GuardOptions;
}

/** A guarded call that is under way, and the one that it was made in. */
interface Enclosing {
  readonly coordinator: Coordinator;
  readonly lock: Lock;
  readonly outer: Enclosing | undefined;
}

const enclosing = new AsyncLocalStorage<Enclosing>();
const guardedMethods = new WeakSet<object>();

/**
 * Makes a method that runs under its locks. Inside another guarded call it takes only the locks that the outer
 * ones do not hold: a driver that calls itself would otherwise wait for itself.
 *
 * @throws InvalidArgumentError if `method` is no function, or guarded already.
 */
export function createGuardedMethod<Self, Args extends unknown[], Result>(
  method: (this: Self, ...args: Args) => Result,
  guard: MethodGuard<Self, Args>,
): (this: Self, ...args: Args) => Promise<Awaited<Result>> {
  const name = String(guard.name);
  if (typeof method !== "function") throw new InvalidArgumentError(name, "a method of the driver", method);
  if (guardedMethods.has(method)) throw new InvalidArgumentError(name, "a method without a guard", method);

  async function guarded(this: Self, ...args: Args): Promise<Awaited<Result>> {
    const coordinator = guard.coordinatorOf(this);
    const outer = enclosing.getStore();
    const keys = toKeys(name, guard.keysOf(this, ...args));
    const missing = keys.filter((key) => !isHeld(key, coordinator, outer));
    if (missing.length === 0) return await method.apply(this, args);
    return await coordinator.withLock(missing, { ...guard.options, operation: name }, async (lock) =>
      enclosing.run({ coordinator, lock, outer }, async () => await method.apply(this, args)),
    );
  }
  guardedMethods.add(guarded);
  return guarded;
}

/**
 * Is the key held by a guarded call that this one was made in? A lock that was lost under way is an error:
 * to take it again would hide that somebody else has been in between. One that was given back is not held:
 * then the outer call has left this one running in the background.
 */
function isHeld(key: LockKey, coordinator: Coordinator, call: Enclosing | undefined): boolean {
  if (call === undefined) return false;
  const { lock } = call;
  const taken = describeKey(coordinator.effectiveKey(key));
  if (call.coordinator === coordinator && lock.keys.some((held) => describeKey(held) === taken)) {
    if (lock.signal.aborted) lock.assertHeld();
    if (lock.held) return true;
  }
  return isHeld(key, coordinator, call.outer);
}

function toKeys(method: string, keys: CallKeys): readonly LockKey[] {
  const list: readonly unknown[] = Array.isArray(keys) ? keys : [keys];
  for (const key of list) {
    if (typeof key !== "object" || key === null || !("scope" in key && "name" in key)) {
      throw new InvalidArgumentError(`keys of ${method}`, "lock keys, or an empty list for no lock", key);
    }
  }
  return list as readonly LockKey[];
}
