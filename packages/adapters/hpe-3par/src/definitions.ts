import { defineLock } from "@fenceline/core";
import { sources } from "./sources.js";

/** All attaches and detaches of one volume, one after the other, on all nodes. */
export const connection = defineLock({
  system: "HPE 3PAR",
  scope: "global",
  template: "3par-{volumeId}",
  names: "cinder",
  parameters: { volumeId: "UUID of the volume" },
  guards: [
    {
      method: "initializeConnection",
      criticalSection: "export the volume to the host",
      origin: "HPE3PARFCDriver.initialize_connection, HPE3PARISCSIDriver.initialize_connection",
    },
    {
      method: "terminateConnection",
      criticalSection: "remove the export",
      origin: "HPE3PARFCDriver.terminate_connection, HPE3PARISCSIDriver.terminate_connection",
    },
  ],
  releases: { since: "15.0.0" },
  nesting: "a leaf: nothing else is taken inside",
  fencing: "none",
  // A guess: Cinder's driver sets no time limit for the requests of its client (python-3parclient).
  lockDelayMs: 60_000,
  sources: sources.connection,
});
