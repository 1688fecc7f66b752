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
  connection: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/infinidat.py",
      template: "infinidat-{self.management_address}-lock",
      calls: ["InfiniboxVolumeDriver.initialize_connection", "InfiniboxVolumeDriver.terminate_connection"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/infinidat.py",
      template: "infinidat-{self.management_address}-lock",
      calls: ["InfiniboxVolumeDriver._initialize_connection", "InfiniboxVolumeDriver._terminate_connection"],
    },
  ],
} as const satisfies Readonly<Record<string, readonly LockSource[]>>;

/** Files that the documentation of Cinder's locks lists, and that hold none. */
export const withoutLock: readonly FileWithoutLock[] = [];
