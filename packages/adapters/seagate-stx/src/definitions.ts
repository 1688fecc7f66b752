import { defineLock } from "@fenceline/core";
import { sources } from "./sources.js";

const stx = {
  system: "Seagate STX (also Lenovo, HPE MSA)",
  scope: "global",
  names: "cinder",
  parameters: {
    driverName: "name of the Python class: STXClient, LenovoClient or HPMSAClient",
    arrayName: "serial number of the array's midplane; `unknown` before the first login",
    formerDriverName: "the class's name before 15.0.0: DotHillClient for STXClient, the same for the others",
  },
  fencing: "none",
  // The longest that a request of Cinder's client may take: the timeout in _api_request.
  lockDelayMs: 60_000,
} as const;

/** One request at a time to an array, from all nodes. */
export const request = defineLock({
  ...stx,
  template: "{driverName}-{arrayName}",
  formerNames: [{ before: "15.0.0", template: "{formerDriverName}-{arrayName}" }],
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
  sources: sources.request,
});

/** One mapping at a time on an array, from all nodes. */
export const mapping = defineLock({
  ...stx,
  template: "{driverName}-{arrayName}-map",
  formerNames: [{ before: "15.0.0", template: "{formerDriverName}-{arrayName}-map" }],
  guards: [
    {
      method: "mapVolume",
      criticalSection: "return the mapping that there is, or pick a LUN and map the volume",
      origin: "STXClient.map_volume",
    },
  ],
  nesting: "`request` is taken inside for each request, never the other way round",
  sources: sources.mapping,
});
