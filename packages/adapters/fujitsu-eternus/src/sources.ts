import type { FileWithoutLock, LockSource } from "@fenceline/core";

const cinder13 = {
  repository: "openstack/cinder",
  release: "13.0.0",
  commit: "41de06dcf6f1c84b6d4eb2f8d3b4f002d8c67f96",
} as const;

/** Where each lock was read. */
export const sources = {
  volume: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/fujitsu/eternus_dx_common.py",
      template: "ETERNUS-vol",
      calls: [
        "_create_local_cloned_volume",
        "_delete_volume_setting",
        "_delete_volume",
        "create_snapshot",
        "extend_volume",
      ],
    },
  ],
  statistics: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/fujitsu/eternus_dx_common.py",
      template: "ETERNUS-update",
      calls: ["update_volume_stats"],
    },
  ],
  smisExec: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/fujitsu/eternus_dx_common.py",
      template: "ETERNUS-SMIS-exec",
      calls: ["_exec_eternus_service"],
    },
  ],
  smisOther: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/fujitsu/eternus_dx_common.py",
      template: "ETERNUS-SMIS-other",
      calls: [
        "_enum_eternus_instances",
        "_enum_eternus_instance_names",
        "_assoc_eternus",
        "_assoc_eternus_names",
        "_reference_eternus_names",
      ],
    },
  ],
  smisGetInstance: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/fujitsu/eternus_dx_common.py",
      template: "ETERNUS-SMIS-getinstance",
      calls: ["_get_eternus_instance"],
    },
  ],
  connection: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/fujitsu/eternus_dx_common.py",
      template: "ETERNUS-connect",
      calls: ["_map_lun", "_unmap_lun"],
    },
  ],
} as const satisfies Readonly<Record<string, readonly LockSource[]>>;

/** Files that the documentation of Cinder's locks lists, and that hold none. */
export const withoutLock: readonly FileWithoutLock[] = [];
