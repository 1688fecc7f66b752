import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { Connector, LefthandDriver } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

const bindings = (locks: typeof definitions): LockBindings<LefthandDriver, Method> => ({
  // A missing connector must give a missing parameter, not a TypeError: hence the question mark.
  createServer: ({ array }, connector) => locks.server({ host: connector?.host, array }),
});

/** Locks of HPE LeftHand (StoreVirtual) drivers. */
export const lefthand = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a driver's creation of server objects under the host's lock; see `guardDriver` of `@fenceline/core`. */
  guard: <Driver extends LefthandDriver>(coordinator: Coordinator, driver: Driver, options?: DriverOptions) =>
    guardDriver<Driver, Method, LefthandDriver, typeof definitions>(
      coordinator,
      driver,
      { definitions, bindings },
      options,
    ),
};

export type { Connector, LefthandDriver };
