import { defineLock } from "@fenceline/core";

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
  source: {
    repository: "openstack/cinder",
    release: "15.0.0",
    commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
    files: ["cinder/volume/drivers/hpe/hpe_3par_fc.py", "cinder/volume/drivers/hpe/hpe_3par_iscsi.py"],
  },
});
