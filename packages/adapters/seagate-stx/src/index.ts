import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { StxDriver } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

const requestOf = (driver: StxDriver) => definitions.request(driver);

const bindings: LockBindings<StxDriver, Method> = {
  getSessionKey: requestOf,
  apiRequest: requestOf,
  mapVolume: (driver) => definitions.mapping(driver),
};

/** Locks of Seagate STX arrays (also as Lenovo and HPE MSA) drivers. */
export const stx = {
  ...definitions,
  definitions,
  /** Puts a driver's requests and mappings under the array's locks; see `guard` of `@fenceline/core`. */
  guard: <Driver extends StxDriver>(coordinator: Coordinator, driver: Driver, options?: GuardOptions) =>
    guard<Driver, Method, StxDriver>(coordinator, driver, bindings, options),
};

export type { StxDriver };
