import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { Connector, StorwizeDriver } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

const bindings = (locks: typeof definitions): LockBindings<StorwizeDriver, Method> => {
  // A missing connector must give a missing parameter, not a TypeError: hence the question mark.
  const hostOf = ({ systemId }: StorwizeDriver, _volume: unknown, connector: Connector) =>
    locks.host({ systemId, host: connector?.host });
  return { initializeConnection: hostOf, terminateConnection: hostOf };
};

/** Locks of IBM Storwize and SAN Volume Controller drivers. */
export const storwize = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a driver's attaches and detaches under the host's lock; see `guardDriver` of `@fenceline/core`. */
  guard: <Driver extends StorwizeDriver>(coordinator: Coordinator, driver: Driver, options?: DriverOptions) =>
    guardDriver<Driver, Method, StorwizeDriver, typeof definitions>(
      coordinator,
      driver,
      { definitions, bindings },
      options,
    ),
};

export type { Connector, StorwizeDriver };
