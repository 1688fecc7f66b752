import { defineLock } from "@fenceline/core";
import { sources } from "./sources.js";

const ds8k = {
  system: "IBM DS8K",
  scope: "global",
  names: "cinder",
  fencing: "none",
  // The longest that a request of Cinder's REST client may take: `timeout` of RESTScheduler.send.
  lockDelayMs: 900_000,
} as const;

const array = "identity of the array, such as its serial number, for names per array";

const call = <const Method extends string>(method: Method, criticalSection: string, origin: string) => ({
  method,
  criticalSection,
  origin,
});

/** All attaches and detaches of one host, on all nodes and all arrays. */
export const connection = defineLock({
  ...ds8k,
  template: "ibm-ds8k-{host}",
  perArray: "ibm-ds8k-{host}-{array}",
  parameters: { host: "name of the machine that attaches (connector.host)", array },
  guards: [
    call("initializeConnection", "find or create the host and its ports, map", "initialize_connection"),
    call("terminateConnection", "unmap, remove unused ports and host", "terminate_connection"),
  ],
  nesting: "a leaf: nothing else is taken inside",
  sources: sources.connection,
});

/** One change of consistency groups at a time, on all nodes and all arrays. */
export const consistencyGroup = defineLock({
  ...ds8k,
  template: "[IBM DS8K STORAGE]:-consistency-group",
  perArray: "[IBM DS8K STORAGE]:-consistency-group-{array}",
  parameters: { array },
  guards: [
    call("findPoolLssPairForCg", "choose pool and LSS, remember the LSS", "_find_pool_lss_pair_for_cg"),
    call("deleteGroupWithLock", "delete a group, forget its LSSs", "_delete_group_with_lock"),
    call("deleteGroupSnapshotWithLock", "the same for a snapshot", "_delete_group_snapshot_with_lock"),
    call("removeVolumesFromConsisgroup", "clone volumes out", "_remove_volumes_from_consisgroup"),
    call("doFlashcopyWithFreeze", "FlashCopy with freeze, unfreeze the LSSs", "_do_flashcopy_with_freeze"),
  ],
  nesting: "`replication` is taken inside for a replicated volume, never the other way round",
  sources: sources.consistencyGroup,
});

/**
 * One replica at a time is made, on all nodes and all arrays. It has no name per array: a replica changes two of
 * them, its own and the target.
 */
export const replication = defineLock({
  ...ds8k,
  template: "ibm-ds8k-replication",
  parameters: {},
  guards: [call("createReplica", "create the target volume, PPRC paths and pairs", "create_replica")],
  nesting: "a leaf, alone or inside `consistencyGroup`",
  sources: sources.replication,
});
