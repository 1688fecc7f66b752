import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { Connector, InStorageDriver } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

const bindings = (locks: typeof definitions): LockBindings<InStorageDriver, Method> => {
  // A missing connector must give a missing parameter, not a TypeError: hence the question mark.
  const hostOf = ({ systemId }: InStorageDriver, _volume: unknown, connector: Connector) =>
    locks.host({ systemId, host: connector?.host });
  return { initializeConnection: hostOf, terminateConnection: hostOf };
};

/** Locks of Inspur InStorage drivers. */
export const instorage = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a driver's attaches and detaches under the host's lock; see `guardDriver` of `@fenceline/core`. */
  guard: <Driver extends InStorageDriver>(
    coordinator: Coordinator,
    driver: Driver,
    options?: DriverOptions,
  ) =>
    guardDriver<Driver, Method, InStorageDriver, typeof definitions>(
      coordinator,
      driver,
      { definitions, bindings },
      options,
    ),
};

export type { Connector, InStorageDriver };
