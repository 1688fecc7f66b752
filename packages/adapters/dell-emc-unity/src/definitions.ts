import { defineLock } from "@fenceline/core";
import { sources } from "./sources.js";

// An assumption: neither Cinder's driver nor its options give a time after which a request is given up.
const requestMs = 60_000;

/** A host object on an array: created once, and not deleted while somebody attaches to it. */
export const host = defineLock({
  system: "Dell EMC Unity",
  scope: "global",
  template: "{sanIp}-{hostName}",
  names: "cinder",
  parameters: {
    sanIp: "address of the array's management interface (san_ip of the backend)",
    hostName: "name of the machine that attaches (connector.host)",
  },
  guards: [
    {
      method: "createHost",
      criticalSection: "find the host of that name or create it, so that there are no two",
      origin: "UnityClient.create_host",
    },
    {
      method: "createHostAndAttach",
      criticalSection: "find or create the host and attach; only with `removeEmptyHost`",
      origin: "CommonAdapter._create_host_and_attach",
    },
    {
      method: "detachAndDeleteHost",
      criticalSection: "detach and delete a host without LUNs; only with `removeEmptyHost`",
      origin: "CommonAdapter._detach_and_delete_host",
    },
  ],
  nesting: "createHost inside createHostAndAttach goes on under the lock that is held",
  fencing: "none",
  lockDelayMs: requestMs,
  sources: sources.host,
});
