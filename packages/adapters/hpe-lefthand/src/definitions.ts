import { defineLock } from "@fenceline/core";
import { sources } from "./sources.js";

/** The server object of a host: created once. */
export const server = defineLock({
  system: "HPE LeftHand (StoreVirtual)",
  scope: "global",
  template: "VSA-{host}",
  perArray: "VSA-{host}-{array}",
  names: "cinder",
  parameters: {
    host: "name of the machine that attaches (connector.host)",
    array: "identity of the array, such as the name of its management group, for names per array",
  },
  guards: [
    {
      method: "createServer",
      criticalSection: "look up the host's server object, create it with its CHAP data if there is none",
      origin: "HPELeftHandISCSIDriver._create_server",
    },
  ],
  releases: { since: "13.0.0", before: "16.0.0" },
  nesting: "a leaf: nothing else is taken inside",
  fencing: "none",
  // A guess: Cinder's driver sets no time limit for the requests of its client (python-lefthandclient).
  lockDelayMs: 60_000,
  sources: sources.server,
});
