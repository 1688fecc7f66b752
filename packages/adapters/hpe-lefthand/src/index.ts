import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { Connector, LefthandDriver } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

const bindings: LockBindings<LefthandDriver, Method> = {
  // A missing connector must give a missing parameter, not a TypeError: hence the question mark.
  createServer: (_driver, connector) => definitions.server({ host: connector?.host }),
};

/** Locks of HPE LeftHand (StoreVirtual) drivers. */
export const lefthand = {
  ...definitions,
  definitions,
  /** Puts a driver's creation of server objects under the host's lock; see `guard` of `@fenceline/core`. */
  guard: <Driver extends LefthandDriver>(coordinator: Coordinator, driver: Driver, options?: GuardOptions) =>
    guard<Driver, Method, LefthandDriver>(coordinator, driver, bindings, options),
};

export type { Connector, LefthandDriver };
