import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { Identified, SolidFireDriver } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

const bindings = (locks: typeof definitions): LockBindings<SolidFireDriver, Method> => {
  // A missing object must give a missing parameter, not a TypeError: hence the question marks.
  const sourceOf = (_driver: SolidFireDriver, _volume: unknown, from: Identified) =>
    locks.source({ sourceId: from?.id });
  return {
    cloneImage: (_driver, _context, _volume, _location, imageMeta) => locks.image({ imageId: imageMeta?.id }),
    createClonedVolume: sourceOf,
    createVolumeFromSnapshot: sourceOf,
  };
};

/** Locks of NetApp SolidFire drivers. */
export const solidfire = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a driver's clones under the lock of what they are made from; see `guardDriver` of `@fenceline/core`. */
  guard: <Driver extends SolidFireDriver>(
    coordinator: Coordinator,
    driver: Driver,
    options?: DriverOptions,
  ) =>
    guardDriver<Driver, Method, SolidFireDriver, typeof definitions>(
      coordinator,
      driver,
      { definitions, bindings },
      options,
    ),
};

export type { Identified, SolidFireDriver };
