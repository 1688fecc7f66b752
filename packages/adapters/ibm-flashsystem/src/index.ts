import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { FlashSystemDriver } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

// An attach does not take `map` together with its own lock, nor a detach `unmap`: both wait for a copy of the
// volume to end, and the copy maps and unmaps. They would wait for each other.
const bindings = (locks: typeof definitions): LockBindings<FlashSystemDriver, Method> => ({
  initializeConnection: ({ array }) => locks.initialization({ array }),
  terminateConnection: ({ array }) => locks.termination({ array }),
  mapVdiskToHost: ({ array }) => locks.map({ array }),
  unmapVdiskFromHost: ({ array }) => locks.unmap({ array }),
  setVdiskCopyInProgress: () => locks.copyProgress(),
  unsetVdiskCopyInProgress: () => locks.copyProgress(),
});

/** Locks of IBM FlashSystem drivers. */
export const flashsystem = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a driver's attaches and detaches under the locks of the node; see `guardDriver` of `@fenceline/core`. */
  guard: <Driver extends FlashSystemDriver>(
    coordinator: Coordinator,
    driver: Driver,
    options?: DriverOptions,
  ) =>
    guardDriver<Driver, Method, FlashSystemDriver, typeof definitions>(
      coordinator,
      driver,
      { definitions, bindings },
      options,
    ),
};

export type { FlashSystemDriver };
