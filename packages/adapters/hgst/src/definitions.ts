import { defineLock } from "@fenceline/core";
import { sources } from "./sources.js";

/** The choice of a free space name and of devices for it. */
export const devices = defineLock({
  system: "HGST Flash Storage Suite",
  scope: "process",
  template: "devices",
  perArray: "devices-{array}",
  names: "cinder",
  parameters: { array: "identity of the storage cluster, for names per array" },
  guards: [
    {
      method: "createVolume",
      criticalSection: "choose a free space name, size it and run `vgc-cluster space-create`",
      origin: "HGSTDriver.create_volume",
    },
  ],
  releases: { before: "14.0.0" },
  nesting: "a leaf: nothing else is taken inside",
  // Among all nodes the bare name says too little; `cinder-hgst-` is the prefix that Cinder gives it.
  globalName: (name) => `hgst-${name}`,
  fencing: "none",
  // Cinder's driver sets no time limit for the command: a guess.
  lockDelayMs: 60_000,
  sources: sources.devices,
});
