import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { NecDriver, Volume } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

const bindingOf = (driver: NecDriver) => definitions.binding(driver);

// A missing volume must give a missing parameter, not a TypeError: hence the question marks.
const bindings: LockBindings<NecDriver, Method> = {
  syncExecute: (driver) => definitions.command(driver),
  syncBindLd: bindingOf,
  createSnapshotAndLink: bindingOf,
  exportVolume: bindingOf,
  createSnapshot: bindingOf,
  iscsiTerminateConnection: (_driver, volume) => definitions.iscsiDetach({ volumeId: volume?.id }),
  fcTerminateConnection: (_driver, volume) => definitions.fcDetach({ volumeId: volume?.id }),
};

/** Locks of NEC M-Series drivers. */
export const nec = {
  ...definitions,
  definitions,
  /** Puts a driver's commands, bindings and detaches under their locks; see `guard` of `@fenceline/core`. */
  guard: <Driver extends NecDriver>(coordinator: Coordinator, driver: Driver, options?: GuardOptions) =>
    guard<Driver, Method, NecDriver>(coordinator, driver, bindings, options),
};

export type { NecDriver, Volume };
