import { defineLock } from "@fenceline/core";
import { sources } from "./sources.js";

/** All attaches and detaches of one host on one system, over FC and iSCSI, one after the other, on all nodes. */
export const host = defineLock({
  system: "IBM Storwize and SAN Volume Controller (FC and iSCSI)",
  scope: "global",
  template: "storwize-host-{systemId}-{host}",
  names: "cinder",
  parameters: {
    systemId: "id of the system, as `lssystem` of the primary one reports it",
    host: "name of the machine that attaches (connector.host)",
  },
  guards: [
    {
      method: "initializeConnection",
      criticalSection: "find or create the host, map the volume, with FC add the zone",
      origin: "StorwizeSVCFCDriver.initialize_connection, StorwizeSVCISCSIDriver.initialize_connection",
    },
    {
      method: "terminateConnection",
      criticalSection: "unmap the volume, delete an unused host, with FC remove the zone",
      origin: "StorwizeSVCFCDriver.terminate_connection, StorwizeSVCISCSIDriver.terminate_connection",
    },
  ],
  nesting: "a leaf: nothing else is taken inside",
  fencing: "none",
  // A guess: Cinder's driver sets no time limit for a command over SSH, only for its connection.
  lockDelayMs: 60_000,
  sources: sources.host,
});
