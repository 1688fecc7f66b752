import { defineLock } from "@fenceline/core";
import { sources } from "./sources.js";

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
  fencing: "none",
  // It changes the kernel of its own host only, and the next command reads what that has become.
  lockDelayMs: 0,
  sources: sources.command,
});
