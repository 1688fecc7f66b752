import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { EternusDriver } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

const bindings = (locks: typeof definitions): LockBindings<EternusDriver, Method> => {
  const volume = ({ array }: EternusDriver) => locks.volume({ array });
  const connection = ({ array }: EternusDriver) => locks.connection({ array });
  const smisOther = ({ array }: EternusDriver) => locks.smisOther({ array });
  return {
    createLocalClonedVolume: volume,
    deleteVolumeSetting: volume,
    deleteVolume: volume,
    createSnapshot: volume,
    extendVolume: volume,
    mapLun: connection,
    unmapLun: connection,
    updateVolumeStats: ({ array }) => locks.statistics({ array }),
    execEternusService: ({ array }) => locks.smisExec({ array }),
    enumEternusInstances: smisOther,
    enumEternusInstanceNames: smisOther,
    assocEternus: smisOther,
    assocEternusNames: smisOther,
    referenceEternusNames: smisOther,
    getEternusInstance: ({ array }) => locks.smisGetInstance({ array }),
  };
};

/** Locks of Fujitsu ETERNUS DX drivers. */
export const eternus = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a driver's changes, attaches and SMI-S calls under their locks; see `guardDriver` of `@fenceline/core`. */
  guard: <Driver extends EternusDriver>(coordinator: Coordinator, driver: Driver, options?: DriverOptions) =>
    guardDriver<Driver, Method, EternusDriver, typeof definitions>(
      coordinator,
      driver,
      { definitions, bindings },
      options,
    ),
};

export type { EternusDriver };
