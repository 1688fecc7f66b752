import type { FileWithoutLock, LockSource } from "@fenceline/core";

const cinder15 = {
  repository: "openstack/cinder",
  release: "15.0.0",
  commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
} as const;

/** Where each lock was read. */
export const sources = {
  command: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/nec/cli.py",
      template: "mstorage_ismcli_execute_{diskarray_name}",
      calls: ["MStorageISMCLI._sync_execute"],
    },
  ],
  binding: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/nec/volume_helper.py",
      template: "mstorage_bind_execute_{diskarray_name}",
      calls: [
        "_sync_bind_ld",
        "_create_snapshot_and_link",
        "_export_volume",
        "MStorageDSVDriver._create_snapshot",
      ],
    },
  ],
  iscsiDetach: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/nec/volume_helper.py",
      template: "mstorage_iscsi_terminate_{volume.id}",
      calls: ["iscsi_terminate_connection"],
    },
  ],
  fcDetach: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/nec/volume_helper.py",
      template: "mstorage_fc_terminate_{volume.id}",
      calls: ["fc_terminate_connection"],
    },
  ],
} as const satisfies Readonly<Record<string, readonly LockSource[]>>;

/** Files that the documentation of Cinder's locks lists, and that hold none. */
export const withoutLock: readonly FileWithoutLock[] = [];
