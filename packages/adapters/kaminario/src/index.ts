import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { KaminarioDriver } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

const bindings = (locks: typeof definitions): LockBindings<KaminarioDriver, Method> => ({
  initializeConnection: (driver) => locks.connection(driver),
  terminateConnection: (driver) => locks.connection(driver),
  request: (_driver, address) => locks.request({ address }),
});

/** Locks of Kaminario K2 FC and iSCSI drivers. */
export const kaminario = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a driver's attaches, detaches and requests under their locks; see `guardDriver` of `@fenceline/core`. */
  guard: <Driver extends KaminarioDriver>(
    coordinator: Coordinator,
    driver: Driver,
    options?: DriverOptions,
  ) =>
    guardDriver<Driver, Method, KaminarioDriver, typeof definitions>(
      coordinator,
      driver,
      { definitions, bindings },
      options,
    ),
};

export type { KaminarioDriver };
