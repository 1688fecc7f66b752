import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { KaminarioDriver } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

const connectionOf = (driver: KaminarioDriver) => definitions.connection(driver);

const bindings: LockBindings<KaminarioDriver, Method> = {
  initializeConnection: connectionOf,
  terminateConnection: connectionOf,
};

/** Locks of Kaminario K2 FC and iSCSI drivers. */
export const kaminario = {
  ...definitions,
  definitions,
  /** Puts a driver's attaches and detaches under the array's lock; see `guard` of `@fenceline/core`. */
  guard: <Driver extends KaminarioDriver>(coordinator: Coordinator, driver: Driver, options?: GuardOptions) =>
    guard<Driver, Method, KaminarioDriver>(coordinator, driver, bindings, options),
};

export type { KaminarioDriver };
