import type { FileWithoutLock, LockSource } from "@fenceline/core";

const cinder15 = {
  repository: "openstack/cinder",
  release: "15.0.0",
  commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
} as const;

/** Where each lock was read. */
export const sources = {
  image: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/solidfire.py",
      template: "'%s-%s' % (lock_tag, image_id)",
      calls: ["SolidFireDriver.clone_image"],
    },
  ],
  source: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/solidfire.py",
      template: "'%s-%s' % (lock_tag, source_id)",
      calls: ["SolidFireDriver.create_cloned_volume", "SolidFireDriver.create_volume_from_snapshot"],
    },
  ],
} as const satisfies Readonly<Record<string, readonly LockSource[]>>;

/** Files that the documentation of Cinder's locks lists, and that hold none. */
export const withoutLock: readonly FileWithoutLock[] = [];
