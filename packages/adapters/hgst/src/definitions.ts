import { defineLock } from "@fenceline/core";

/** The choice of a free space name and of devices for it. */
export const devices = defineLock({
  system: "HGST Flash Storage Suite",
  scope: "process",
  template: "devices",
  names: "cinder",
  parameters: {},
  guards: [
    {
      method: "createVolume",
      criticalSection: "choose a free space name, size it and run `vgc-cluster space-create`",
      origin: "HGSTDriver.create_volume",
    },
  ],
  releases: { before: "14.0.0" },
  nesting: "a leaf: nothing else is taken inside",
  source: {
    repository: "openstack/cinder",
    release: "13.0.0",
    commit: "41de06dcf6f1c84b6d4eb2f8d3b4f002d8c67f96",
    files: ["cinder/volume/drivers/hgst.py"],
  },
});
