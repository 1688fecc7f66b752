import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { DothillDriver } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

const requestOf = (driver: DothillDriver) => definitions.request(driver);

const bindings: LockBindings<DothillDriver, Method> = {
  getSessionKey: requestOf,
  apiRequest: requestOf,
  mapVolume: (driver) => definitions.mapping(driver),
};

/** Locks of Dot Hill arrays (also as Lenovo and HPE MSA) drivers. */
export const dothill = {
  ...definitions,
  definitions,
  /** Puts a driver's requests and mappings under the array's locks; see `guard` of `@fenceline/core`. */
  guard: <Driver extends DothillDriver>(coordinator: Coordinator, driver: Driver, options?: GuardOptions) =>
    guard<Driver, Method, DothillDriver>(coordinator, driver, bindings, options),
};

export type { DothillDriver };
