import type { FileWithoutLock, LockSource } from "@fenceline/core";

const cinderMaster = {
  repository: "openstack/cinder",
  release: "master",
  commit: "ab09bc39dbcd4d5b301f2f5da8fcfd9e5ef1fe8c",
} as const;

/** Where each lock was read. */
export const sources = {
  request: [
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/stx/client.py",
      template: "{self._driver_name}-{self._array_name}",
      calls: ["STXClient._get_session_key", "STXClient._api_request"],
    },
  ],
  mapping: [
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/stx/client.py",
      template: "{self._driver_name}-{self._array_name}-map",
      calls: ["STXClient.map_volume"],
    },
  ],
} as const satisfies Readonly<Record<string, readonly LockSource[]>>;

/** Files that the documentation of Cinder's locks lists, and that hold none. */
export const withoutLock: readonly FileWithoutLock[] = [];
