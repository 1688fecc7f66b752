import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { InfinidatDriver } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

const connectionOf = (driver: InfinidatDriver) => definitions.connection(driver);

const bindings: LockBindings<InfinidatDriver, Method> = {
  initializeConnection: connectionOf,
  terminateConnection: connectionOf,
};

/** Locks of Infinidat InfiniBox drivers. */
export const infinidat = {
  ...definitions,
  definitions,
  /** Puts a driver's attaches and detaches under the array's lock; see `guard` of `@fenceline/core`. */
  guard: <Driver extends InfinidatDriver>(coordinator: Coordinator, driver: Driver, options?: GuardOptions) =>
    guard<Driver, Method, InfinidatDriver>(coordinator, driver, bindings, options),
};

export type { InfinidatDriver };
