import type { FileWithoutLock, LockSource } from "@fenceline/core";

const cinder15 = {
  repository: "openstack/cinder",
  release: "15.0.0",
  commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
} as const;

/** Where each lock was read. */
export const sources = {
  host: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/dell_emc/unity/client.py",
      template: "{self.host}-{name}",
      calls: ["UnityClient.create_host"],
    },
    {
      ...cinder15,
      file: "cinder/volume/drivers/dell_emc/unity/adapter.py",
      template: "{lock_name}",
      calls: ["CommonAdapter._create_host_and_attach"],
    },
    {
      ...cinder15,
      file: "cinder/volume/drivers/dell_emc/unity/adapter.py",
      template: "{lock_name}",
      calls: ["CommonAdapter._detach_and_delete_host"],
    },
  ],
} as const satisfies Readonly<Record<string, readonly LockSource[]>>;

/** Files that the documentation of Cinder's locks lists, and that hold none. */
export const withoutLock: readonly FileWithoutLock[] = [];
