import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { Identified, SolidFireDriver } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

// A missing object must give a missing parameter, not a TypeError: hence the question marks.
const sourceOf = (_driver: SolidFireDriver, _volume: unknown, from: Identified) =>
  definitions.source({ sourceId: from?.id });

const bindings: LockBindings<SolidFireDriver, Method> = {
  cloneImage: (_driver, _context, _volume, _location, imageMeta) =>
    definitions.image({ imageId: imageMeta?.id }),
  createClonedVolume: sourceOf,
  createVolumeFromSnapshot: sourceOf,
};

/** Locks of NetApp SolidFire drivers. */
export const solidfire = {
  ...definitions,
  definitions,
  /** Puts a driver's clones under the lock of what they are made from; see `guard` of `@fenceline/core`. */
  guard: <Driver extends SolidFireDriver>(coordinator: Coordinator, driver: Driver, options?: GuardOptions) =>
    guard<Driver, Method, SolidFireDriver>(coordinator, driver, bindings, options),
};

export type { Identified, SolidFireDriver };
