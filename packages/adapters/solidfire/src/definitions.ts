import { defineLock } from "@fenceline/core";
import { sources } from "./sources.js";

const solidfire = {
  system: "NetApp SolidFire",
  scope: "process",
  names: "cinder",
  fencing: "none",
  // The longest that Cinder's driver waits for a clone on the array: sf_volume_clone_timeout, by default.
  lockDelayMs: 600_000,
} as const;

/** One volume at a time is made from an image. */
export const image = defineLock({
  ...solidfire,
  template: "solidfire-{imageId}",
  parameters: { imageId: "UUID of the Glance image" },
  guards: [
    {
      method: "cloneImage",
      criticalSection: "find or make the template volume of the image and clone it",
      origin: "SolidFireDriver.clone_image",
    },
  ],
  releases: { before: "21.0.0" },
  nesting:
    "not inside `source` of the same UUID: both have one name space, and Cinder's driver once waited for itself there",
  sources: sources.image,
});

/** One clone at a time is made of a volume or a snapshot. */
export const source = defineLock({
  ...solidfire,
  template: "solidfire-{sourceId}",
  parameters: { sourceId: "UUID of the volume or the snapshot that is cloned" },
  guards: [
    {
      method: "createClonedVolume",
      criticalSection: "clone the source volume: the array limits simultaneous clones of one volume",
      origin: "SolidFireDriver.create_cloned_volume",
    },
    {
      method: "createVolumeFromSnapshot",
      criticalSection: "create a volume from the snapshot",
      origin: "SolidFireDriver.create_volume_from_snapshot",
    },
  ],
  nesting: "not inside `image` of the same UUID: both have one name space",
  sources: sources.source,
});
