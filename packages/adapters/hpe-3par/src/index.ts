import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { Hpe3parDriver, Volume } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

// A missing object must give a missing parameter, not a TypeError: hence the question mark.
const connectionOf = (_driver: Hpe3parDriver, volume: Volume) =>
  definitions.connection({ volumeId: volume?.id });

const bindings: LockBindings<Hpe3parDriver, Method> = {
  initializeConnection: connectionOf,
  terminateConnection: connectionOf,
};

/** Locks of HPE 3PAR drivers. */
export const hpe3par = {
  ...definitions,
  definitions,
  /** Puts a driver's attaches and detaches under the volume's lock; see `guard` of `@fenceline/core`. */
  guard: <Driver extends Hpe3parDriver>(coordinator: Coordinator, driver: Driver, options?: GuardOptions) =>
    guard<Driver, Method, Hpe3parDriver>(coordinator, driver, bindings, options),
};

export type { Hpe3parDriver, Volume };
