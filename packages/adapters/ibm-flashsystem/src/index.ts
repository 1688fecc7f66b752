import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { FlashSystemDriver } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

// An attach does not take `map` together with its own lock, nor a detach `unmap`: both wait for a copy of the
// volume to end, and the copy maps and unmaps. They would wait for each other.
const bindings: LockBindings<FlashSystemDriver, Method> = {
  initializeConnection: () => definitions.initialization(),
  terminateConnection: () => definitions.termination(),
  mapVdiskToHost: () => definitions.map(),
  unmapVdiskFromHost: () => definitions.unmap(),
};

/** Locks of IBM FlashSystem drivers. */
export const flashsystem = {
  ...definitions,
  definitions,
  /** Puts a driver's attaches and detaches under the locks of the node; see `guard` of `@fenceline/core`. */
  guard: <Driver extends FlashSystemDriver>(
    coordinator: Coordinator,
    driver: Driver,
    options?: GuardOptions,
  ) => guard<Driver, Method, FlashSystemDriver>(coordinator, driver, bindings, options),
};

export type { FlashSystemDriver };
