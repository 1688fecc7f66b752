import { defineLock } from "@fenceline/core";
import { sources } from "./sources.js";

/** All attaches and detaches of one array, over FC and iSCSI, one after the other, on all nodes. */
export const connection = defineLock({
  system: "Kaminario K2 (FC and iSCSI)",
  scope: "global",
  template: "Kaminario-{sanIp}",
  names: "cinder",
  parameters: { sanIp: "address of the primary array (san_ip of the backend), also after a failover" },
  guards: [
    {
      method: "initializeConnection",
      criticalSection: "pick targets, find or create the host, map the volume, with FC add the zone",
      origin: "KaminarioFCDriver.initialize_connection, KaminarioISCSIDriver.initialize_connection",
    },
    {
      method: "terminateConnection",
      criticalSection: "unmap the volume, delete an unused host, with FC remove the zone",
      origin: "KaminarioFCDriver.terminate_connection, KaminarioISCSIDriver.terminate_connection",
    },
  ],
  releases: { since: "9.0.0" },
  nesting: "`request` is taken inside for each request, never the other way round",
  fencing: "none",
  // A guess: how long a request of the REST client (krest) may take was not to be found.
  lockDelayMs: 60_000,
  sources: sources.connection,
});

/** One request at a time out of a process to an array. Cinder's lock has no name; this one is our own. */
export const request = defineLock({
  system: "Kaminario K2 (FC and iSCSI)",
  scope: "process",
  template: "kaminario-request-{address}",
  parameters: { address: "address of the array that the request goes to, the primary or its replica" },
  guards: [{ method: "request", criticalSection: "one request to an array", origin: "KrestWrap._request" }],
  nesting: "inside `connection` or by itself, never around it",
  belongsTo: "process",
  fencing: "none",
  lockDelayMs: 0,
  sources: sources.request,
});
