import { defineLock } from "@fenceline/core";

/** The server object of a host: created once. */
export const server = defineLock({
  system: "HPE LeftHand (StoreVirtual)",
  scope: "global",
  template: "VSA-{host}",
  names: "cinder",
  parameters: { host: "name of the machine that attaches (connector.host)" },
  guards: [
    {
      method: "createServer",
      criticalSection: "look up the host's server object, create it with its CHAP data if there is none",
      origin: "HPELeftHandISCSIDriver._create_server",
    },
  ],
  releases: { since: "13.0.0", before: "16.0.0" },
  nesting: "a leaf: nothing else is taken inside",
  source: {
    repository: "openstack/cinder",
    release: "15.0.0",
    commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
    files: ["cinder/volume/drivers/hpe/hpe_lefthand_iscsi.py"],
  },
});
