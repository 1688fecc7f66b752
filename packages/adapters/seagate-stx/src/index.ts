import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { StxDriver } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

const bindings = (locks: typeof definitions): LockBindings<StxDriver, Method> => {
  const namesOf = ({ arrayName, driverName }: StxDriver) => ({
    arrayName,
    driverName,
    formerDriverName: driverName === "STXClient" ? "DotHillClient" : driverName,
  });
  return {
    getSessionKey: (driver) => locks.request(namesOf(driver)),
    apiRequest: (driver) => locks.request(namesOf(driver)),
    mapVolume: (driver) => locks.mapping(namesOf(driver)),
  };
};

/** Locks of Seagate STX arrays (also as Lenovo and HPE MSA) drivers. */
export const stx = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a driver's requests and mappings under the array's locks; see `guardDriver` of `@fenceline/core`. */
  guard: <Driver extends StxDriver>(coordinator: Coordinator, driver: Driver, options?: DriverOptions) =>
    guardDriver<Driver, Method, StxDriver, typeof definitions>(
      coordinator,
      driver,
      { definitions, bindings },
      options,
    ),
};

export type { StxDriver };
