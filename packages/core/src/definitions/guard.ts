import type { Coordinator } from "../coordinator.js";
import { InvalidArgumentError } from "../errors.js";
import { type CallKeys, createGuardedMethod, type GuardOptions } from "./guarded-method.js";

type AsyncMethod = (...args: never) => Promise<unknown>;

/** The names of an object's methods. */
export type MethodName<Driver> = {
  [Name in keyof Driver]-?: Driver[Name] extends (...args: never) => unknown ? Name : never;
}[keyof Driver];

type ArgumentsOf<Method> = Method extends (...args: infer Args) => unknown ? Args : never;

/** For each guarded method, the locks of a call, found from the driver's attributes and the call's arguments. */
export type LockBindings<Driver, Method extends MethodName<Driver>> = {
  readonly [Name in Method]: (driver: Driver, ...args: ArgumentsOf<Driver[Name]>) => CallKeys;
};

type Promised<Method> = Method extends AsyncMethod
  ? Method
  : Method extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;

/**
 * The type of a driver once some of its methods are guarded: they return promises. It is the very type that it
 * was if they did before.
 */
export type Guarded<Driver, Method extends PropertyKey> = Driver extends {
  readonly [Name in Method]: AsyncMethod;
}
  ? Driver
  : { [Name in keyof Driver]: Name extends Method ? Promised<Driver[Name]> : Driver[Name] };

/**
 * Puts methods of a driver under locks: those that `bindings` names, and no others. The driver itself is changed
 * and returned, with its class, fields and getters. So there is no way around the locks, and a call that the
 * driver makes on itself is guarded too. That is how Cinder's decorators behave, but for one thing: a lock that
 * the calling method holds already is not asked for again, where Cinder's would wait for itself for ever.
 *
 * A guarded method returns a promise, also where the driver calls it itself. It rejects with the error of its
 * binding (a parameter that is missing) or of the coordinator before the driver's own method is called.
 *
 * @param bindings for each method a function of the driver and the call's arguments. Several keys are taken
 * together; an empty list says that this call needs no lock.
 *
 * @example
 * ```ts
 * const driver = guard(coordinator, new MyDriver(config), {
 *   initializeConnection: (driver) => connection({ managementAddress: driver.address }),
 *   deleteVolume: (_driver, volume) => deletion({ volumeId: volume.id }),
 * });
 * await driver.initializeConnection(volume, connector);
 * ```
 *
 * @throws InvalidArgumentError if a method is missing, guarded already, or cannot be replaced; the driver is
 * as it was then.
 */
export function guard<Driver extends Shape, Method extends MethodName<Shape>, Shape extends object = Driver>(
  coordinator: Coordinator,
  driver: Driver,
  bindings: LockBindings<NoInfer<Shape>, Method>,
  options: GuardOptions = {},
): Guarded<Driver, Method> {
  const guarded: PropertyDescriptorMap = {};
  for (const name of Reflect.ownKeys(bindings) as Method[]) {
    const method = driver[name] as (this: Shape, ...args: ArgumentsOf<Shape[Method]>) => unknown;
    const replaceable = Reflect.getOwnPropertyDescriptor(driver, name)?.configurable;
    if (!(replaceable ?? Object.isExtensible(driver))) {
      throw new InvalidArgumentError("driver", `an object whose \`${String(name)}\` can be replaced`, driver);
    }
    const coordinatorOf = (): Coordinator => coordinator;
    const value = createGuardedMethod(method, { name, coordinatorOf, keysOf: bindings[name], options });
    // Not writable: whoever replaces the method later is told, instead of losing the lock in silence.
    guarded[name] = { value, configurable: true, enumerable: false, writable: false };
  }
  Object.defineProperties(driver, guarded);
  return driver as Guarded<Driver, Method>;
}
