import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { HgstDriver } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

const bindings: LockBindings<HgstDriver, Method> = {
  createVolume: () => definitions.devices(),
};

/** Locks of HGST Flash Storage Suite drivers. */
export const hgst = {
  ...definitions,
  definitions,
  /** Puts a driver's creation of volumes under the lock of its process; see `guard` of `@fenceline/core`. */
  guard: <Driver extends HgstDriver>(coordinator: Coordinator, driver: Driver, options?: GuardOptions) =>
    guard<Driver, Method, HgstDriver>(coordinator, driver, bindings, options),
};

export type { HgstDriver };
