import { defineLock } from "@fenceline/core";

const stx = {
  system: "Seagate STX (also Lenovo, HPE MSA)",
  scope: "global",
  names: "cinder",
  parameters: {
    driverName: "name of the Python class: STXClient, LenovoClient or HPMSAClient",
    arrayName: "serial number of the array's midplane; `unknown` before the first login",
  },
  releases: { since: "15.0.0" },
  source: {
    repository: "openstack/cinder",
    release: "master",
    commit: "ab09bc39dbcd4d5b301f2f5da8fcfd9e5ef1fe8c",
    files: ["cinder/volume/drivers/stx/client.py"],
  },
} as const;

/** One request at a time to an array, from all nodes. */
export const request = defineLock({
  ...stx,
  template: "{driverName}-{arrayName}",
  guards: [
    {
      method: "getSessionKey",
      criticalSection: "log in and store the session key",
      origin: "STXClient._get_session_key",
    },
    {
      method: "apiRequest",
      criticalSection: "one HTTP request",
      origin: "STXClient._api_request",
    },
  ],
  nesting: "inside `mapping`, never around it",
});

/** One mapping at a time on an array, from all nodes. */
export const mapping = defineLock({
  ...stx,
  template: "{driverName}-{arrayName}-map",
  guards: [
    {
      method: "mapVolume",
      criticalSection: "return the mapping that there is, or pick a LUN and map the volume",
      origin: "STXClient.map_volume",
    },
  ],
  nesting: "`request` is taken inside for each request, never the other way round",
});
