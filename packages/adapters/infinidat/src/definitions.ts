import { defineLock } from "@fenceline/core";
import { sources } from "./sources.js";

/** All attaches and detaches of one array, one after the other, on all nodes. */
export const connection = defineLock({
  system: "Infinidat InfiniBox",
  scope: "global",
  template: "infinidat-{managementAddress}-lock",
  names: "cinder",
  parameters: {
    managementAddress: "address of the array's management interface (san_ip of the backend)",
  },
  guards: [
    {
      method: "initializeConnection",
      criticalSection: "find or create the host objects of the connector's ports and map the volume",
      origin: "InfiniboxVolumeDriver.initialize_connection",
    },
    {
      method: "terminateConnection",
      criticalSection: "unmap the volume, delete a host without LUNs, work out the FC zones to remove",
      origin: "InfiniboxVolumeDriver.terminate_connection",
    },
  ],
  fencing: "none",
  // The longest that a request of infinisdk may take, by default: system_api.timeout_seconds in its config.py.
  lockDelayMs: 30_000,
  nesting: "a leaf: nothing else is taken inside",
  sources: sources.connection,
});
