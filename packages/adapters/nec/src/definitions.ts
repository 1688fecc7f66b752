import { defineLock, type GuardedCall } from "@fenceline/core";
import { sources } from "./sources.js";

const nec = {
  system: "NEC Storage M Series",
  scope: "global",
  names: "cinder",
  fencing: "none",
  // How long a busy array may take: Cinder's driver asks it up to 60 times, 5 s apart.
  lockDelayMs: 300_000,
} as const;

const array = { ...nec, parameters: { diskarrayName: "name of the array (nec_diskarray_name)" } } as const;
const call = <Method extends string>(
  method: Method,
  origin: string,
  criticalSection: string,
): GuardedCall<Method> => ({ method, origin, criticalSection });

/** One iSM command at a time to an array, from all nodes. */
export const command = defineLock({
  ...array,
  template: "mstorage_ismcli_execute_{diskarrayName}",
  guards: [call("syncExecute", "MStorageISMCLI._sync_execute", "run one iSM command over ssh, with retries")],
  nesting: "the innermost: inside all others, never around them",
  sources: sources.command,
});

/** One choice of a pool, a number or a LUN at a time on an array, until the choice is in effect. */
export const binding = defineLock({
  ...array,
  template: "mstorage_bind_execute_{diskarrayName}",
  guards: [
    call("syncBindLd", "MStorageDriver._sync_bind_ld", "choose pool, name and number, bind the logical disk"),
    call("createSnapshotAndLink", "MStorageDriver._create_snapshot_and_link", "link volume of a snapshot"),
    call("exportVolume", "MStorageDriver._export_volume", "choose a LUN, add the disk to the LD set"),
    call("createSnapshot", "MStorageDSVDriver._create_snapshot", "choose a pool, create a snapshot"),
  ],
  nesting: "`command` is taken inside for each command, never the other way round",
  sources: sources.binding,
});

const detach = { ...nec, parameters: { volumeId: "volume's UUID" }, releases: { since: "15.0.0" } } as const;
const removal = "remove the disk from the LD set, unless the host has it attached once more";

/** One detach of a volume at a time, over iSCSI. */
export const iscsiDetach = defineLock({
  ...detach,
  template: "mstorage_iscsi_terminate_{volumeId}",
  nesting: "`command` is taken inside for each command",
  guards: [call("iscsiTerminateConnection", "MStorageDriver.iscsi_terminate_connection", removal)],
  sources: sources.iscsiDetach,
});

/** One detach of a volume at a time, over FC. */
export const fcDetach = defineLock({
  ...detach,
  template: "mstorage_fc_terminate_{volumeId}",
  nesting: "`command` is taken inside for each command",
  guards: [call("fcTerminateConnection", "MStorageDriver.fc_terminate_connection", removal)],
  sources: sources.fcDetach,
});
