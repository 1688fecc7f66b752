import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { LioDriver } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

const bindings: LockBindings<LioDriver, Method> = {
  execute: () => definitions.command(),
};

/** Locks of Linux-IO (LIO) target drivers. */
export const lio = {
  ...definitions,
  definitions,
  /** Puts a driver's `cinder-rtstool` commands under the host's lock; see `guard` of `@fenceline/core`. */
  guard: <Driver extends LioDriver>(coordinator: Coordinator, driver: Driver, options?: GuardOptions) =>
    guard<Driver, Method, LioDriver>(coordinator, driver, bindings, options),
};

export type { LioDriver };
