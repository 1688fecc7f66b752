import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { EternusDriver } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

const volume = () => definitions.volume();
const connection = () => definitions.connection();
const smisOther = () => definitions.smisOther();

const bindings: LockBindings<EternusDriver, Method> = {
  createLocalClonedVolume: volume,
  deleteVolumeSetting: volume,
  deleteVolume: volume,
  createSnapshot: volume,
  extendVolume: volume,
  mapLun: connection,
  unmapLun: connection,
  updateVolumeStats: () => definitions.statistics(),
  execEternusService: () => definitions.smisExec(),
  enumEternusInstances: smisOther,
  enumEternusInstanceNames: smisOther,
  assocEternus: smisOther,
  assocEternusNames: smisOther,
  referenceEternusNames: smisOther,
  getEternusInstance: () => definitions.smisGetInstance(),
};

/** Locks of Fujitsu ETERNUS DX drivers. */
export const eternus = {
  ...definitions,
  definitions,
  /** Puts a driver's changes, attaches and SMI-S calls under their locks; see `guard` of `@fenceline/core`. */
  guard: <Driver extends EternusDriver>(coordinator: Coordinator, driver: Driver, options?: GuardOptions) =>
    guard<Driver, Method, EternusDriver>(coordinator, driver, bindings, options),
};

export type { EternusDriver };
