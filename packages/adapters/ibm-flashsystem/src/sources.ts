import type { FileWithoutLock, LockSource } from "@fenceline/core";

const cinder15 = {
  repository: "openstack/cinder",
  release: "15.0.0",
  commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
} as const;

/** Where each lock was read. */
export const sources = {
  map: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/ibm/flashsystem_common.py",
      template: "flashsystem-map",
      calls: ["FlashSystemDriver._map_vdisk_to_host"],
    },
  ],
  unmap: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/ibm/flashsystem_common.py",
      template: "flashsystem-unmap",
      calls: ["FlashSystemDriver._unmap_vdisk_from_host"],
    },
  ],
  copyProgress: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/ibm/flashsystem_common.py",
      calls: [
        "FlashSystemDriver._set_vdisk_copy_in_progress",
        "FlashSystemDriver._unset_vdisk_copy_in_progress",
      ],
    },
  ],
  initialization: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/ibm/flashsystem_fc.py",
      template: "flashsystem-init-conn",
      calls: ["initialize_connection"],
    },
    {
      ...cinder15,
      file: "cinder/volume/drivers/ibm/flashsystem_iscsi.py",
      template: "flashsystem-init-conn",
      calls: ["initialize_connection"],
    },
  ],
  termination: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/ibm/flashsystem_fc.py",
      template: "flashsystem-term-conn",
      calls: ["terminate_connection"],
    },
    {
      ...cinder15,
      file: "cinder/volume/drivers/ibm/flashsystem_iscsi.py",
      template: "flashsystem-term-conn",
      calls: ["terminate_connection"],
    },
  ],
} as const satisfies Readonly<Record<string, readonly LockSource[]>>;

/** Files that the documentation of Cinder's locks lists, and that hold none. */
export const withoutLock: readonly FileWithoutLock[] = [];
