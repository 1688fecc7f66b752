import { defineLock } from "@fenceline/core";

/** One `cinder-rtstool` process at a time on a host. */
export const command = defineLock({
  system: "LIO target",
  scope: "node",
  template: "lioadm",
  names: "cinder",
  parameters: {},
  guards: [
    {
      method: "execute",
      criticalSection: "one cinder-rtstool process: get-targets, create, delete, initiators, save, restore",
      origin: "LioAdm._execute",
    },
  ],
  nesting: "a leaf: nothing else is taken inside",
  belongsTo: "host",
  source: {
    repository: "openstack/cinder",
    release: "15.0.0",
    commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
    files: ["cinder/volume/targets/lio.py"],
  },
});
