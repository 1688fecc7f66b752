import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { NvmetDriver } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

const configurationOf = () => definitions.configuration();

const bindings: LockBindings<NvmetDriver, Method> = {
  createNvmeofTarget: configurationOf,
  deleteNvmeofTarget: configurationOf,
};

/** Locks of Linux NVMe target (nvmet) drivers. */
export const nvmet = {
  ...definitions,
  definitions,
  /** Puts a driver's changes of the host's targets under its lock; see `guard` of `@fenceline/core`. */
  guard: <Driver extends NvmetDriver>(coordinator: Coordinator, driver: Driver, options?: GuardOptions) =>
    guard<Driver, Method, NvmetDriver>(coordinator, driver, bindings, options),
};

export type { NvmetDriver };
