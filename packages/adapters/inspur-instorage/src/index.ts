import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { Connector, InStorageDriver } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

// A missing connector must give a missing parameter, not a TypeError: hence the question mark.
const hostOf = ({ systemId }: InStorageDriver, _volume: unknown, connector: Connector) =>
  definitions.host({ systemId, host: connector?.host });

const bindings: LockBindings<InStorageDriver, Method> = {
  initializeConnection: hostOf,
  terminateConnection: hostOf,
};

/** Locks of Inspur InStorage drivers. */
export const instorage = {
  ...definitions,
  definitions,
  /** Puts a driver's attaches and detaches under the host's lock; see `guard` of `@fenceline/core`. */
  guard: <Driver extends InStorageDriver>(coordinator: Coordinator, driver: Driver, options?: GuardOptions) =>
    guard<Driver, Method, InStorageDriver>(coordinator, driver, bindings, options),
};

export type { Connector, InStorageDriver };
