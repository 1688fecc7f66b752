import { defineLock } from "@fenceline/core";

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
  nesting: "the REST client's own lock in the process, one request at a time, is taken inside",
  source: {
    repository: "openstack/cinder",
    release: "15.0.0",
    commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
    files: [
      "cinder/volume/drivers/kaminario/kaminario_fc.py",
      "cinder/volume/drivers/kaminario/kaminario_iscsi.py",
    ],
  },
});
