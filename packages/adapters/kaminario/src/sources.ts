import type { FileWithoutLock, LockSource } from "@fenceline/core";

const cinder15 = {
  repository: "openstack/cinder",
  release: "15.0.0",
  commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
} as const;

/** Where each lock was read. */
export const sources = {
  connection: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/kaminario/kaminario_fc.py",
      template: "{self.k2_lock_name}",
      calls: ["KaminarioFCDriver.initialize_connection", "KaminarioFCDriver.terminate_connection"],
    },
    {
      ...cinder15,
      file: "cinder/volume/drivers/kaminario/kaminario_iscsi.py",
      template: "{self.k2_lock_name}",
      calls: ["KaminarioISCSIDriver.initialize_connection", "KaminarioISCSIDriver.terminate_connection"],
    },
  ],
  request: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/kaminario/kaminario_common.py",
      calls: ["KrestWrap._request"],
    },
  ],
} as const satisfies Readonly<Record<string, readonly LockSource[]>>;

/** Files that the documentation of Cinder's locks lists, and that hold none. */
export const withoutLock: readonly FileWithoutLock[] = [];
