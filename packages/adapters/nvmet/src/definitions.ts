import { defineLock } from "@fenceline/core";
import { sources } from "./sources.js";

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
  fencing: "none",
  // It changes the kernel of its own host only, and the next call saves what that has become.
  lockDelayMs: 0,
  sources: sources.configuration,
});
