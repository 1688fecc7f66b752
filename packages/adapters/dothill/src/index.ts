import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { DothillDriver } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

const bindings = (locks: typeof definitions): LockBindings<DothillDriver, Method> => ({
  getSessionKey: (driver) => locks.request(driver),
  apiRequest: (driver) => locks.request(driver),
  mapVolume: (driver) => locks.mapping(driver),
});

/** Locks of Dot Hill arrays (also as Lenovo and HPE MSA) drivers. */
export const dothill = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a driver's requests and mappings under the array's locks; see `guardDriver` of `@fenceline/core`. */
  guard: <Driver extends DothillDriver>(coordinator: Coordinator, driver: Driver, options?: DriverOptions) =>
    guardDriver<Driver, Method, DothillDriver, typeof definitions>(
      coordinator,
      driver,
      { definitions, bindings },
      options,
    ),
};

export type { DothillDriver };
