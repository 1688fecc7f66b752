import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { NvmetDriver } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

const bindings = (locks: typeof definitions): LockBindings<NvmetDriver, Method> => ({
  createNvmeofTarget: () => locks.configuration(),
  deleteNvmeofTarget: () => locks.configuration(),
});

/** Locks of Linux NVMe target (nvmet) drivers. */
export const nvmet = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a driver's changes of the host's targets under its lock; see `guardDriver` of `@fenceline/core`. */
  guard: <Driver extends NvmetDriver>(coordinator: Coordinator, driver: Driver, options?: DriverOptions) =>
    guardDriver<Driver, Method, NvmetDriver, typeof definitions>(
      coordinator,
      driver,
      { definitions, bindings },
      options,
    ),
};

export type { NvmetDriver };
