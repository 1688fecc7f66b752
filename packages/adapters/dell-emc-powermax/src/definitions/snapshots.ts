import { defineLock } from "@fenceline/core";
import { sources } from "../sources.js";
import { jobMs, powermax, serialNumberPerArray } from "./powermax.js";

const source = {
  sourceDeviceId: "device id of the volume on its array (5 hex digits), unique on one array only",
  serialNumber: serialNumberPerArray,
};

/** One clean-up of a volume's snapshots at a time. */
export const snapshotSource = defineLock({
  ...powermax,
  template: "emc-source-{sourceDeviceId}",
  perArray: "emc-source-{sourceDeviceId}-{serialNumber}",
  parameters: source,
  guards: [
    {
      method: "unlinkAndDeleteSnapshots",
      criticalSection: "unlink and delete the snapshots of a source",
      origin: "VMAXCommon.delete_snapshot, _sync_check, _clone_check",
    },
  ],
  nesting: "outside of snapshot",
  lockDelayMs: jobMs,
  sources: sources.snapshotSource,
});

/** One SnapVX operation on a source volume at a time. */
export const snapshot = defineLock({
  ...powermax,
  template: "emc-snapvx-{sourceDeviceId}",
  formerNames: [{ before: "14.0.0", template: "emc-snapvx-{snapshotName}" }],
  perArray: "emc-snapvx-{sourceDeviceId}-{serialNumber}",
  parameters: { ...source, snapshotName: "name of the snapshot, for the names before 14.0.0" },
  guards: [
    {
      method: "createSnapshot",
      criticalSection: "create a SnapVX snapshot",
      origin: "provision.create_volume_snapvx",
    },
    {
      method: "linkSnapshot",
      criticalSection: "link a snapshot to its target",
      origin: "provision.create_volume_replica",
    },
    {
      method: "unlinkSnapshot",
      criticalSection: "unlink a snapshot from its target",
      origin: "provision.unlink_snapvx_tgt_volume",
    },
    {
      method: "deleteSnapshot",
      criticalSection: "delete a snapshot",
      origin: "provision.delete_volume_snap; before 14.0.0 provision.delete_temp_volume_snap",
    },
  ],
  nesting: "inside snapshotSource",
  lockDelayMs: jobMs,
  sources: sources.snapshot,
});
