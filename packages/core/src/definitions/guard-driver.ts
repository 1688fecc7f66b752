import type { Coordinator } from "../coordinator.js";
import { type Guarded, guard, type LockBindings, type MethodName } from "./guard.js";
import type { GuardOptions } from "./guarded-method.js";
import { type AnyLockDefinition, delayLocks, nameLocks } from "./lock-definition.js";
import type { LockNaming } from "./lock-naming.js";
import { noteUse } from "./lock-report.js";

/** How a driver is put under its vendor's locks. */
export interface DriverOptions extends GuardOptions, LockNaming {
  /**
   * Does the driver claim to be fit for several nodes at a time? The report warns then of locks that do not
   * reach all of them. Default: the driver's own `supportsActiveActive`, else `false`.
   */
  readonly activeActive?: boolean | undefined;
  /**
   * How long each lock rests after an unclean end, in milliseconds: 0 where a fence before the array checks the
   * tokens, so that nothing that comes late does harm. Default: what the vendor's calls need.
   */
  readonly lockDelayMs?: number | undefined;
}

/** What an adapter knows of its vendor's drivers. */
export interface DriverLocks<Definitions, Driver, Method extends MethodName<Driver>> {
  readonly definitions: Definitions;
  /** The locks of each guarded call, taken from the definitions that it is given: they carry the names to use. */
  readonly bindings: (locks: Definitions) => LockBindings<Driver, Method>;
}

/**
 * `guard` for the adapter of a vendor: puts a driver under its vendor's locks with the names that the options
 * select, and notes them for `lockReport`.
 *
 * @throws InvalidArgumentError as `guard` and `nameLocks` do
 */
export function guardDriver<
  Driver extends Shape,
  Method extends MethodName<Shape>,
  Shape extends object,
  Definitions extends Readonly<Record<string, AnyLockDefinition>>,
>(
  coordinator: Coordinator,
  driver: Driver,
  locks: DriverLocks<Definitions, Shape, Method>,
  options: DriverOptions = {},
): Guarded<Driver, Method> {
  const { activeActive, lockDelayMs, per, release, ...guardOptions } = options;
  const named = nameLocks(locks.definitions, { release, per });
  const definitions = lockDelayMs === undefined ? named : delayLocks(named, lockDelayMs);
  const guarded = guard<Driver, Method, Shape>(
    coordinator,
    driver,
    locks.bindings(definitions),
    guardOptions,
  );
  noteUse(coordinator, {
    definitions,
    activeActive: activeActive ?? Reflect.get(driver, "supportsActiveActive") === true,
  });
  return guarded;
}
