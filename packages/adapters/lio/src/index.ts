import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { LioDriver } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

const bindings = (locks: typeof definitions): LockBindings<LioDriver, Method> => ({
  execute: () => locks.command(),
});

/** Locks of Linux-IO (LIO) target drivers. */
export const lio = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a driver's `cinder-rtstool` commands under the host's lock; see `guardDriver` of `@fenceline/core`. */
  guard: <Driver extends LioDriver>(coordinator: Coordinator, driver: Driver, options?: DriverOptions) =>
    guardDriver<Driver, Method, LioDriver, typeof definitions>(
      coordinator,
      driver,
      { definitions, bindings },
      options,
    ),
};

export type { LioDriver };
