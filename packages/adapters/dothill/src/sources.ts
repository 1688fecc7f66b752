import type { FileWithoutLock, LockSource } from "@fenceline/core";

const cinder14 = {
  repository: "openstack/cinder",
  release: "14.0.0",
  commit: "46363697d9a7ddc7880bf6071e5d035f3f9aa043",
} as const;

/** Where each lock was read. */
export const sources = {
  request: [
    {
      ...cinder14,
      file: "cinder/volume/drivers/dothill/dothill_client.py",
      template: "{self._driver_name}-{self._array_name}",
      calls: ["DotHillClient._get_session_key", "DotHillClient._api_request"],
    },
  ],
  mapping: [
    {
      ...cinder14,
      file: "cinder/volume/drivers/dothill/dothill_client.py",
      template: "{self._driver_name}-{self._array_name}-map",
      calls: ["DotHillClient.map_volume"],
    },
  ],
} as const satisfies Readonly<Record<string, readonly LockSource[]>>;

/** Files that the documentation of Cinder's locks lists, and that hold none. */
export const withoutLock: readonly FileWithoutLock[] = [];
