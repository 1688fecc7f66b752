import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { Connector, StorwizeDriver } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

// A missing connector must give a missing parameter, not a TypeError: hence the question mark.
const hostOf = ({ systemId }: StorwizeDriver, _volume: unknown, connector: Connector) =>
  definitions.host({ systemId, host: connector?.host });

const bindings: LockBindings<StorwizeDriver, Method> = {
  initializeConnection: hostOf,
  terminateConnection: hostOf,
};

/** Locks of IBM Storwize and SAN Volume Controller drivers. */
export const storwize = {
  ...definitions,
  definitions,
  /** Puts a driver's attaches and detaches under the host's lock; see `guard` of `@fenceline/core`. */
  guard: <Driver extends StorwizeDriver>(coordinator: Coordinator, driver: Driver, options?: GuardOptions) =>
    guard<Driver, Method, StorwizeDriver>(coordinator, driver, bindings, options),
};

export type { Connector, StorwizeDriver };
