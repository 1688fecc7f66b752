import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { NetappNfsDriver } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

const bindings: LockBindings<NetappNfsDriver, Method> = {
  doCloneRelImgCache: (_driver, _source, _destination, _share, cacheFile) =>
    definitions.cacheFile({ cacheFile }),
  deleteCacheFile: (_driver, cacheFile) => definitions.cacheFile({ cacheFile }),
  moveNfsFile: (_driver, _sourcePath, destPath) => definitions.destination({ destPath }),
  spawnCleanCacheJob: () => definitions.cleaning(),
};

/** Locks of NetApp ONTAP NFS drivers. */
export const netappNfs = {
  ...definitions,
  definitions,
  /** Puts a driver's use of the image cache under its locks; see `guard` of `@fenceline/core`. */
  guard: <Driver extends NetappNfsDriver>(coordinator: Coordinator, driver: Driver, options?: GuardOptions) =>
    guard<Driver, Method, NetappNfsDriver>(coordinator, driver, bindings, options),
};

export type { NetappNfsDriver };
