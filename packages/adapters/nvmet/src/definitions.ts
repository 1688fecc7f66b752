import { defineLock } from "@fenceline/core";

/** The nvmet configuration of a host, which is always written as a whole. */
export const configuration = defineLock({
  system: "NVMET target",
  scope: "node",
  template: "nvmetcli",
  names: "cinder",
  parameters: {},
  guards: [
    {
      method: "createNvmeofTarget",
      criticalSection: "save the configuration, add the port and the subsystem, restore it",
      origin: "NVMET.create_nvmeof_target",
    },
    {
      method: "deleteNvmeofTarget",
      criticalSection: "save the configuration, drop the subsystem, restore it",
      origin: "NVMET.delete_nvmeof_target",
    },
  ],
  nesting: "a leaf: nothing else is taken inside",
  belongsTo: "host",
  source: {
    repository: "openstack/cinder",
    release: "15.0.0",
    commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
    files: ["cinder/volume/targets/nvmet.py"],
  },
});
