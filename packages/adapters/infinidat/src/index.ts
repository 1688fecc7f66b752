import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { InfinidatDriver } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

const bindings = (locks: typeof definitions): LockBindings<InfinidatDriver, Method> => ({
  initializeConnection: (driver) => locks.connection(driver),
  terminateConnection: (driver) => locks.connection(driver),
});

/** Locks of Infinidat InfiniBox drivers. */
export const infinidat = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a driver's attaches and detaches under the array's lock; see `guardDriver` of `@fenceline/core`. */
  guard: <Driver extends InfinidatDriver>(
    coordinator: Coordinator,
    driver: Driver,
    options?: DriverOptions,
  ) =>
    guardDriver<Driver, Method, InfinidatDriver, typeof definitions>(
      coordinator,
      driver,
      { definitions, bindings },
      options,
    ),
};

export type { InfinidatDriver };
