import type { Coordinator } from "../coordinator.js";
import { InvalidArgumentError } from "../errors.js";
import { type CallKeys, createGuardedMethod, type GuardOptions } from "./guarded-method.js";

/**
 * A decorator for asynchronous methods of `Self` whose first arguments are `Args`; it works as a standard (TC39)
 * decorator and under TypeScript's `experimentalDecorators`.
 */
export interface SynchronizedDecorator<Self, Args extends unknown[]> {
  <Rest extends unknown[], Result>(
    method: (this: Self, ...args: [...Args, ...Rest]) => Promise<Result>,
    context: ClassMethodDecoratorContext<Self>,
  ): (this: Self, ...args: [...Args, ...Rest]) => Promise<Result>;
  <Rest extends unknown[], Result>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<(...args: [...Args, ...Rest]) => Promise<Result>>,
  ): void;
}

/**
 * Puts a method of a class under locks, in every call of it, also those that the object makes on itself. Inside
 * another guarded call only the locks are taken that the outer ones do not hold (see `guard`).
 *
 * @param coordinatorOf finds the coordinator on the object, when the method is called.
 * @param keysOf finds the locks of a call from the object and the arguments, as in `guard`.
 *
 * @example
 * ```ts
 * class MyDriver {
 *   @synchronized(
 *     (self: MyDriver) => self.coordinator,
 *     (self) => infinidat.connection({ managementAddress: self.address }),
 *   )
 *   async initializeConnection(volume: Volume, connector: Connector): Promise<Connection> { … }
 * }
 * ```
 *
 * @throws InvalidArgumentError, when the class is defined, for anything that is not a method.
 */
export function synchronized<Self, Args extends unknown[] = []>(
  coordinatorOf: (self: Self) => Coordinator,
  keysOf: (self: Self, ...args: Args) => CallKeys,
  options: GuardOptions = {},
): SynchronizedDecorator<Self, Args> {
  const protect = (
    method: unknown,
    name: string | symbol,
  ): ((this: Self, ...args: Args) => Promise<unknown>) =>
    createGuardedMethod(method as (this: Self, ...args: Args) => unknown, {
      name,
      coordinatorOf,
      keysOf,
      options,
    });

  function decorate(
    target: unknown,
    context: string | symbol | { readonly kind: string; readonly name: string | symbol },
    descriptor?: PropertyDescriptor,
  ): unknown {
    if (typeof context === "object") {
      if (context.kind !== "method")
        throw new InvalidArgumentError("synchronized", "on a method", context.kind);
      return protect(target, context.name);
    }
    if (descriptor === undefined) throw new InvalidArgumentError("synchronized", "on a method", context);
    descriptor.value = protect(descriptor.value, context);
    return descriptor;
  }
  return decorate as SynchronizedDecorator<Self, Args>;
}
