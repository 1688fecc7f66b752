import { defineLock } from "@fenceline/core";
import { sources } from "./sources.js";

const dothill = {
  system: "Dot Hill (also Lenovo, HPE MSA)",
  scope: "global",
  names: "cinder",
  parameters: {
    driverName: "name of the Python class: DotHillClient, LenovoClient or HPMSAClient",
    arrayName: "serial number of the array's midplane; `unknown` before the first login",
  },
  releases: { before: "15.0.0" },
  fencing: "none",
  // The longest that a request of Cinder's client may take: the timeout in _api_request.
  lockDelayMs: 60_000,
} as const;

/** One request at a time to an array, from all nodes. */
export const request = defineLock({
  ...dothill,
  template: "{driverName}-{arrayName}",
  guards: [
    {
      method: "getSessionKey",
      criticalSection: "log in and store the session key",
      origin: "DotHillClient._get_session_key",
    },
    {
      method: "apiRequest",
      criticalSection: "one HTTP request",
      origin: "DotHillClient._api_request",
    },
  ],
  nesting: "inside `mapping`, never around it",
  sources: sources.request,
});

/** One mapping at a time on an array, from all nodes. */
export const mapping = defineLock({
  ...dothill,
  template: "{driverName}-{arrayName}-map",
  guards: [
    {
      method: "mapVolume",
      criticalSection: "pick the first free LUN of the host, map the volume, again after a collision",
      origin: "DotHillClient.map_volume",
    },
  ],
  nesting: "`request` is taken inside for each request, never the other way round",
  sources: sources.mapping,
});
