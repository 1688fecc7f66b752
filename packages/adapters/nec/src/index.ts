import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { NecDriver, Volume } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

const bindings = (locks: typeof definitions): LockBindings<NecDriver, Method> => {
  const bindingOf = (driver: NecDriver) => locks.binding(driver);
  return {
    syncExecute: (driver) => locks.command(driver),
    syncBindLd: bindingOf,
    createSnapshotAndLink: bindingOf,
    exportVolume: bindingOf,
    createSnapshot: bindingOf,
    // A missing volume must give a missing parameter, not a TypeError: hence the question marks.
    iscsiTerminateConnection: (_driver, volume) => locks.iscsiDetach({ volumeId: volume?.id }),
    fcTerminateConnection: (_driver, volume) => locks.fcDetach({ volumeId: volume?.id }),
  };
};

/** Locks of NEC M-Series drivers. */
export const nec = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a driver's commands, bindings and detaches under their locks; see `guardDriver` of `@fenceline/core`. */
  guard: <Driver extends NecDriver>(coordinator: Coordinator, driver: Driver, options?: DriverOptions) =>
    guardDriver<Driver, Method, NecDriver, typeof definitions>(
      coordinator,
      driver,
      { definitions, bindings },
      options,
    ),
};

export type { NecDriver, Volume };
