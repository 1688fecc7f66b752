import { defineLock } from "@fenceline/core";

const flashsystem = {
  system: "IBM FlashSystem (FC and iSCSI)",
  scope: "node",
  names: "cinder",
  parameters: {},
  releases: { before: "29.0.0" },
  source: {
    repository: "openstack/cinder",
    release: "15.0.0",
    commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
    files: ["common", "fc", "iscsi"].map((part) => `cinder/volume/drivers/ibm/flashsystem_${part}.py`),
  },
} as const;

const call = <const Method extends string>(method: Method, criticalSection: string, origin: string) => ({
  method,
  criticalSection,
  origin,
});

/** One attach at a time on a node, whatever the array. */
export const initialization = defineLock({
  ...flashsystem,
  template: "flashsystem-init-conn",
  guards: [
    call("initializeConnection", "wait for a copy to end, map, add the zone", "initialize_connection"),
  ],
  nesting: "outermost: `map` and, after an error, `termination` are taken inside, when they are needed",
});

/** One detach at a time on a node, whatever the array. */
export const termination = defineLock({
  ...flashsystem,
  template: "flashsystem-term-conn",
  guards: [call("terminateConnection", "wait for a copy to end, unmap, clean up", "terminate_connection")],
  nesting: "`unmap` is taken inside; may itself be inside `initialization`, never around it",
});

/** One mapping at a time on a node, whatever the array. */
export const map = defineLock({
  ...flashsystem,
  template: "flashsystem-map",
  guards: [call("mapVdiskToHost", "find or create the host, choose the LUN, map", "_map_vdisk_to_host")],
  nesting: "a leaf, inside `initialization` or alone; it must not be held while a copy is waited for",
});

/** One unmapping at a time on a node, whatever the array. */
export const unmap = defineLock({
  ...flashsystem,
  template: "flashsystem-unmap",
  guards: [call("unmapVdiskFromHost", "unmap, delete a host without mappings", "_unmap_vdisk_from_host")],
  nesting: "a leaf, inside `termination` or alone; it must not be held while a copy is waited for",
});
