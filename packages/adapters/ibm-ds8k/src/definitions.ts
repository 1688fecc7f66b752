import { defineLock } from "@fenceline/core";

const ds8k = {
  system: "IBM DS8K",
  scope: "global",
  names: "cinder",
  source: {
    repository: "openstack/cinder",
    release: "15.0.0",
    commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
    files: ["helper", "proxy", "replication"].map(
      (part) => `cinder/volume/drivers/ibm/ibm_storage/ds8k_${part}.py`,
    ),
  },
} as const;

const call = <const Method extends string>(method: Method, criticalSection: string, origin: string) => ({
  method,
  criticalSection,
  origin,
});

/** All attaches and detaches of one host, on all nodes and all arrays. */
export const connection = defineLock({
  ...ds8k,
  template: "ibm-ds8k-{host}",
  parameters: { host: "name of the machine that attaches (connector.host)" },
  guards: [
    call("initializeConnection", "find or create the host and its ports, map", "initialize_connection"),
    call("terminateConnection", "unmap, remove unused ports and host", "terminate_connection"),
  ],
  nesting: "a leaf: nothing else is taken inside",
});

/** One change of consistency groups at a time, on all nodes and all arrays. */
export const consistencyGroup = defineLock({
  ...ds8k,
  template: "[IBM DS8K STORAGE]:-consistency-group",
  parameters: {},
  guards: [
    call("findPoolLssPairForCg", "choose pool and LSS, remember the LSS", "_find_pool_lss_pair_for_cg"),
    call("deleteGroupWithLock", "delete a group, forget its LSSs", "_delete_group_with_lock"),
    call("deleteGroupSnapshotWithLock", "the same for a snapshot", "_delete_group_snapshot_with_lock"),
    call("removeVolumesFromConsisgroup", "clone volumes out", "_remove_volumes_from_consisgroup"),
    call("doFlashcopyWithFreeze", "FlashCopy with freeze, unfreeze the LSSs", "_do_flashcopy_with_freeze"),
  ],
  nesting: "`replication` is taken inside for a replicated volume, never the other way round",
});

/** One replica at a time is made, on all nodes and all arrays. */
export const replication = defineLock({
  ...ds8k,
  template: "ibm-ds8k-replication",
  parameters: {},
  guards: [call("createReplica", "create the target volume, PPRC paths and pairs", "create_replica")],
  nesting: "a leaf, alone or inside `consistencyGroup`",
});
