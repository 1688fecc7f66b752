import type { FileWithoutLock, LockSource } from "@fenceline/core";

const cinder15 = {
  repository: "openstack/cinder",
  release: "15.0.0",
  commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
} as const;

const cinderMaster = {
  repository: "openstack/cinder",
  release: "master",
  commit: "ab09bc39dbcd4d5b301f2f5da8fcfd9e5ef1fe8c",
} as const;

/** Where each lock was read. */
export const sources = {
  configuration: [
    {
      ...cinder15,
      file: "cinder/volume/targets/nvmet.py",
      template: "nvmetcli",
      calls: ["NVMET.create_nvmeof_target", "NVMET.delete_nvmeof_target"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/targets/nvmet.py",
      template: "nvmetcli",
      calls: ["NVMET._map_volume", "NVMET._locked_unmap_volume"],
    },
  ],
} as const satisfies Readonly<Record<string, readonly LockSource[]>>;

/** Files that the documentation of Cinder's locks lists, and that hold none. */
export const withoutLock: readonly FileWithoutLock[] = [];
