import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { Hpe3parDriver, Volume } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

const bindings = (locks: typeof definitions): LockBindings<Hpe3parDriver, Method> => {
  // A missing object must give a missing parameter, not a TypeError: hence the question mark.
  const connectionOf = (_driver: Hpe3parDriver, volume: Volume) => locks.connection({ volumeId: volume?.id });
  return { initializeConnection: connectionOf, terminateConnection: connectionOf };
};

/** Locks of HPE 3PAR drivers. */
export const hpe3par = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a driver's attaches and detaches under the volume's lock; see `guardDriver` of `@fenceline/core`. */
  guard: <Driver extends Hpe3parDriver>(coordinator: Coordinator, driver: Driver, options?: DriverOptions) =>
    guardDriver<Driver, Method, Hpe3parDriver, typeof definitions>(
      coordinator,
      driver,
      { definitions, bindings },
      options,
    ),
};

export type { Hpe3parDriver, Volume };
