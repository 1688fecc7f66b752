import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { NetappNfsDriver } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

const bindings = (locks: typeof definitions): LockBindings<NetappNfsDriver, Method> => ({
  doCloneRelImgCache: ({ array }, _source, _destination, _share, cacheFile) =>
    locks.cacheFile({ cacheFile, array }),
  deleteCacheFile: ({ array }, cacheFile) => locks.cacheFile({ cacheFile, array }),
  moveNfsFile: (_driver, _sourcePath, destPath) => locks.destination({ destPath }),
  spawnCleanCacheJob: () => locks.cleaning(),
});

/** Locks of NetApp ONTAP NFS drivers. */
export const netappNfs = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a driver's use of the image cache under its locks; see `guardDriver` of `@fenceline/core`. */
  guard: <Driver extends NetappNfsDriver>(
    coordinator: Coordinator,
    driver: Driver,
    options?: DriverOptions,
  ) =>
    guardDriver<Driver, Method, NetappNfsDriver, typeof definitions>(
      coordinator,
      driver,
      { definitions, bindings },
      options,
    ),
};

export type { NetappNfsDriver };
