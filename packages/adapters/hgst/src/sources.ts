import type { FileWithoutLock, LockSource } from "@fenceline/core";

const cinder13 = {
  repository: "openstack/cinder",
  release: "13.0.0",
  commit: "41de06dcf6f1c84b6d4eb2f8d3b4f002d8c67f96",
} as const;

/** Where each lock was read. */
export const sources = {
  devices: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/hgst.py",
      template: "devices",
      calls: ["HGSTDriver.create_volume"],
    },
  ],
} as const satisfies Readonly<Record<string, readonly LockSource[]>>;

/** Files that the documentation of Cinder's locks lists, and that hold none. */
export const withoutLock: readonly FileWithoutLock[] = [];
