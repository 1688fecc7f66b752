import { defineLock } from "@fenceline/core";

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
  source: {
    repository: "openstack/cinder",
    release: "15.0.0",
    commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
    files: ["cinder/volume/drivers/infinidat.py"],
  },
});
