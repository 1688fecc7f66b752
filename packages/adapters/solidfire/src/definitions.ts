import { defineLock } from "@fenceline/core";

/** One volume at a time is made from an image. */
export const image = defineLock({
  system: "NetApp SolidFire",
  scope: "process",
  template: "solidfire-{imageId}",
  names: "cinder",
  parameters: { imageId: "UUID of the Glance image" },
  guards: [
    {
      method: "cloneImage",
      criticalSection: "find or make the template volume of the image and clone it",
      origin: "SolidFireDriver.clone_image",
    },
  ],
  releases: { before: "21.0.0" },
  source: {
    repository: "openstack/cinder",
    release: "15.0.0",
    commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
    files: ["cinder/volume/drivers/solidfire.py"],
  },
});

/** One clone at a time is made of a volume or a snapshot. */
export const source = defineLock({
  system: "NetApp SolidFire",
  scope: "process",
  template: "solidfire-{sourceId}",
  names: "cinder",
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
  source: {
    repository: "openstack/cinder",
    release: "15.0.0",
    commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
    files: ["cinder/volume/drivers/solidfire.py"],
  },
});
