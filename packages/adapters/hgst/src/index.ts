import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { HgstDriver } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

const bindings = (locks: typeof definitions): LockBindings<HgstDriver, Method> => ({
  createVolume: ({ array }) => locks.devices({ array }),
});

/** Locks of HGST Flash Storage Suite drivers. */
export const hgst = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a driver's creation of volumes under the lock of its process; see `guardDriver` of `@fenceline/core`. */
  guard: <Driver extends HgstDriver>(coordinator: Coordinator, driver: Driver, options?: DriverOptions) =>
    guardDriver<Driver, Method, HgstDriver, typeof definitions>(
      coordinator,
      driver,
      { definitions, bindings },
      options,
    ),
};

export type { HgstDriver };
