import { defineLock } from "@fenceline/core";
import { sources } from "./sources.js";

const flashsystem = {
  system: "IBM FlashSystem (FC and iSCSI)",
  releases: { before: "29.0.0" },
  fencing: "none",
} as const;

const ofNode = {
  ...flashsystem,
  scope: "node",
  names: "cinder",
  parameters: { array: "identity of the array, such as its system id, for names per array" },
  // A guess: Cinder's driver sets no time limit for a command over SSH, only for its connection.
  lockDelayMs: 60_000,
} as const;

const call = <const Method extends string>(method: Method, criticalSection: string, origin: string) => ({
  method,
  criticalSection,
  origin,
});

/** One attach at a time on a node, whatever the array. */
export const initialization = defineLock({
  ...ofNode,
  template: "flashsystem-init-conn",
  perArray: "flashsystem-init-conn-{array}",
  guards: [
    call("initializeConnection", "wait for a copy to end, map, add the zone", "initialize_connection"),
  ],
  nesting: "outermost: `map` and, after an error, `termination` are taken inside, when they are needed",
  sources: sources.initialization,
});

/** One detach at a time on a node, whatever the array. */
export const termination = defineLock({
  ...ofNode,
  template: "flashsystem-term-conn",
  perArray: "flashsystem-term-conn-{array}",
  guards: [call("terminateConnection", "wait for a copy to end, unmap, clean up", "terminate_connection")],
  nesting: "`unmap` is taken inside; may itself be inside `initialization`, never around it",
  sources: sources.termination,
});

/** One mapping at a time on a node, whatever the array. */
export const map = defineLock({
  ...ofNode,
  template: "flashsystem-map",
  perArray: "flashsystem-map-{array}",
  guards: [call("mapVdiskToHost", "find or create the host, choose the LUN, map", "_map_vdisk_to_host")],
  nesting: "a leaf, inside `initialization` or alone; it must not be held while a copy is waited for",
  sources: sources.map,
});

/** One unmapping at a time on a node, whatever the array. */
export const unmap = defineLock({
  ...ofNode,
  template: "flashsystem-unmap",
  perArray: "flashsystem-unmap-{array}",
  guards: [call("unmapVdiskFromHost", "unmap, delete a host without mappings", "_unmap_vdisk_from_host")],
  nesting: "a leaf, inside `termination` or alone; it must not be held while a copy is waited for",
  sources: sources.unmap,
});

/** One change at a time of the set of volumes that are being copied. Cinder's lock has no name; this one is our own. */
export const copyProgress = defineLock({
  ...flashsystem,
  scope: "process",
  template: "flashsystem-copy-progress",
  parameters: {},
  guards: [
    call("setVdiskCopyInProgress", "put volumes in, if none is", "_set_vdisk_copy_in_progress"),
    call("unsetVdiskCopyInProgress", "take volumes out", "_unset_vdisk_copy_in_progress"),
  ],
  nesting: "the innermost, for a moment: whoever waits in it for a copy keeps that copy from ending",
  belongsTo: "process",
  lockDelayMs: 0,
  sources: sources.copyProgress,
});
