import { defineLock } from "@fenceline/core";

const serialNumber = "serial number of the array";
const rdfGroupNumber = "number of the RDF group, unique on one array only";

const readIn = (...files: string[]) =>
  ({
    system: "Dell EMC PowerMax and VMAX",
    scope: "global",
    names: "cinder",
    source: {
      repository: "openstack/cinder",
      release: "master",
      commit: "ab09bc39dbcd4d5b301f2f5da8fcfd9e5ef1fe8c",
      files: files.map((file) => `cinder/volume/drivers/dell_emc/powermax/${file}`),
    },
  }) as const;

/** One attach or detach of a volume at a time. */
export const volume = defineLock({
  ...readIn("fc.py", "iscsi.py", "nvme.py", "nvme_tcp.py"),
  template: "powermax-{volumeId}",
  parameters: { volumeId: "UUID of the volume" },
  guards: [
    {
      method: "initializeConnection",
      criticalSection: "attach the volume",
      origin: "fc, iscsi, nvme and nvme_tcp: initialize_connection",
    },
    {
      method: "terminateConnection",
      criticalSection: "detach the volume",
      origin: "fc, iscsi, nvme and nvme_tcp: terminate_connection",
    },
  ],
  releases: { since: "26.0.0" },
  nesting: "outside of all others",
});

/** A volume is taken out of its groups by one caller at a time. */
export const member = defineLock({
  ...readIn("masking.py"),
  template: "emc-vol-{deviceId}",
  parameters: { deviceId: "device id of the volume on its array (5 hex digits), unique on one array only" },
  guards: [
    {
      method: "removeAndResetMembers",
      criticalSection: "take the volume out of its groups and put it back into the default group",
      origin: "masking.remove_and_reset_members",
    },
  ],
  nesting: "outside of parentOfView, maskingView and storageGroup",
});

/** One change of a masking view at a time. */
export const maskingView = defineLock({
  ...readIn("masking.py"),
  template: "emc-mv-{maskingViewName}-{serialNumber}",
  parameters: { maskingViewName: "name of the masking view", serialNumber },
  guards: [
    {
      method: "setupMaskingView",
      criticalSection:
        "find or create the view with its groups and put the volume in; roll back after an error",
      origin: "masking.get_or_create_masking_view_and_map_lun",
    },
    {
      method: "removeVolumeFromMaskedGroup",
      criticalSection: "take the volume out; with the last one delete the view and its groups",
      origin: "masking.remove_volume_from_sg",
    },
  ],
  releases: { since: "15.0.0" },
  nesting: "inside volume and member, outside of the storage groups",
});

/** The parent group of a masking view, under a name of its own. */
export const parentOfView = defineLock({
  ...readIn("masking.py"),
  template: "emc-mv-{parentName}-{serialNumber}",
  parameters: { parentName: "name of the parent storage group that the masking view has", serialNumber },
  guards: [
    {
      method: "removeVolumeFromMaskedGroup",
      criticalSection: "take the volume out; with the last one delete the view and its groups",
      origin: "masking.remove_volume_from_sg",
    },
  ],
  releases: { since: "15.0.0" },
  nesting: "together with maskingView and storageGroup",
});

/** One change of a storage group at a time. */
export const storageGroup = defineLock({
  ...readIn("masking.py", "provision.py"),
  template: "emc-sg-{storageGroupName}-{serialNumber}",
  parameters: { storageGroupName: "name of the storage group on the array", serialNumber },
  guards: [
    {
      method: "createStorageGroup",
      criticalSection: "look for the group and create it",
      origin: "provision.create_storage_group",
    },
    {
      method: "createVolumeFromGroup",
      criticalSection: "create a volume in the group",
      origin: "provision.create_volume_from_sg",
    },
    {
      method: "addVolumeToStorageGroup",
      criticalSection: "check that the volume is no member and add it",
      origin: "masking.add_volume_to_storage_group",
    },
    {
      method: "addVolumesToStorageGroup",
      criticalSection: "add those volumes that are no members",
      origin: "masking.add_volumes_to_storage_group",
    },
    {
      method: "removeVolumesFromStorageGroup",
      criticalSection: "remove the volumes and check that they are gone",
      origin: "masking.remove_volumes_from_storage_group",
    },
    {
      method: "removeVolumeFromGroup",
      criticalSection: "take the volume out of a group without a view; delete the group with the last one",
      origin: "masking.remove_volume_from_sg",
    },
    {
      method: "removeVolumeFromMaskedGroup",
      criticalSection: "take the volume out; with the last one delete the view and its groups",
      origin: "masking.remove_volume_from_sg",
    },
    {
      method: "moveVolumeToDefaultGroup",
      criticalSection: "move the volume into the default group, whose lock this is",
      origin: "masking.add_volume_to_default_storage_group",
    },
  ],
  releases: { since: "15.0.0" },
  nesting: "inside member, maskingView and the creations",
});

/** A storage group that becomes a child; the same names as storageGroup. */
export const childGroup = defineLock({
  ...readIn("masking.py"),
  template: "emc-sg-{childName}-{serialNumber}",
  parameters: { childName: "name of the child storage group", serialNumber },
  guards: [
    {
      method: "addChildToParentGroup",
      criticalSection: "check again and add the child to the parent",
      origin: "masking.add_child_sg_to_parent_sg",
    },
  ],
  releases: { since: "15.0.0" },
  nesting: "together with parentGroup",
});

/** A storage group that gets a child; the same names as storageGroup. */
export const parentGroup = defineLock({
  ...readIn("masking.py"),
  template: "emc-sg-{parentName}-{serialNumber}",
  parameters: { parentName: "name of the parent storage group", serialNumber },
  guards: [
    {
      method: "addChildToParentGroup",
      criticalSection: "check again and add the child to the parent",
      origin: "masking.add_child_sg_to_parent_sg",
    },
  ],
  releases: { since: "15.0.0" },
  nesting: "together with childGroup",
});

/** A storage group that a volume leaves; the same names as storageGroup. */
export const sourceGroup = defineLock({
  ...readIn("masking.py"),
  template: "emc-sg-{sourceName}-{serialNumber}",
  parameters: { sourceName: "name of the storage group that the volume leaves", serialNumber },
  guards: [
    {
      method: "moveVolumeBetweenGroups",
      criticalSection: "move the volume; delete the source group with the last one",
      origin: "masking.move_volume_between_storage_groups",
    },
  ],
  releases: { since: "15.0.0" },
  nesting: "together with targetGroup",
});

/** A storage group that gets a volume; the same names as storageGroup. */
export const targetGroup = defineLock({
  ...readIn("masking.py"),
  template: "emc-sg-{targetName}-{serialNumber}",
  parameters: { targetName: "name of the storage group that gets the volume", serialNumber },
  guards: [
    {
      method: "moveVolumeBetweenGroups",
      criticalSection: "move the volume; delete the source group with the last one",
      origin: "masking.move_volume_between_storage_groups",
    },
  ],
  releases: { since: "15.0.0" },
  nesting: "together with sourceGroup",
});

/** An initiator group is deleted once. */
export const initiatorGroup = defineLock({
  ...readIn("masking.py"),
  template: "emc-ig-{initiatorGroupName}-{serialNumber}",
  parameters: { initiatorGroupName: "name of the initiator group", serialNumber },
  guards: [
    {
      method: "deleteInitiatorGroup",
      criticalSection: "check that the group exists and delete it",
      origin: "masking._last_volume_delete_initiator_group",
    },
  ],
  releases: { since: "15.0.0" },
  nesting: "innermost",
});

/** One clean-up of a volume's snapshots at a time. */
export const snapshotSource = defineLock({
  ...readIn("common.py"),
  template: "emc-source-{sourceDeviceId}",
  parameters: {
    sourceDeviceId: "device id of the volume on its array (5 hex digits), unique on one array only",
  },
  guards: [
    {
      method: "unlinkAndDeleteSnapshots",
      criticalSection: "unlink and delete the snapshots of a source",
      origin: "VMAXCommon.delete_snapshot, _sync_check, _clone_check",
    },
  ],
  nesting: "outside of snapshot",
  source: {
    repository: "openstack/cinder",
    release: "13.0.0",
    commit: "41de06dcf6f1c84b6d4eb2f8d3b4f002d8c67f96",
    files: ["cinder/volume/drivers/dell_emc/vmax/common.py"],
  },
});

/** One SnapVX operation on a source volume at a time. */
export const snapshot = defineLock({
  ...readIn("provision.py"),
  template: "emc-snapvx-{sourceDeviceId}",
  parameters: {
    sourceDeviceId: "device id of the volume on its array (5 hex digits), unique on one array only",
  },
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
      origin: "provision.delete_volume_snap",
    },
  ],
  releases: { since: "14.0.0" },
  nesting: "inside snapshotSource",
});

/** An RDF group, as provision.py names it. */
export const rdfPair = defineLock({
  ...readIn("provision.py"),
  template: "emc-rg-{rdfGroup}",
  parameters: { rdfGroup: rdfGroupNumber },
  guards: [
    {
      method: "extendReplicatedVolume",
      criticalSection: "extend a volume that is replicated",
      origin: "provision.extend_volume",
    },
    {
      method: "breakRdfRelationship",
      criticalSection: "wait for the pair, suspend and delete it",
      origin: "provision.break_rdf_relationship",
    },
  ],
  nesting: "outside of maskingView and storageGroup",
});

/** An RDF group, as common.py names it. */
export const rdfGroup = defineLock({
  ...readIn("common.py"),
  template: "emc-{rdfGroup}-rdf",
  parameters: { rdfGroup: rdfGroupNumber },
  guards: [
    {
      method: "extendLegacyReplicatedVolume",
      criticalSection: "extend a volume that was replicated by an older release",
      origin: "common._extend_legacy_replicated_vol",
    },
    {
      method: "cleanupRdfDevicePair",
      criticalSection: "take a pair out of the group",
      origin: "common.cleanup_rdf_device_pair",
    },
    {
      method: "cleanupRemoteTarget",
      criticalSection: "take the remote volume out of the group",
      origin: "common._cleanup_remote_target",
    },
  ],
  releases: { since: "16.0.0" },
  nesting: "outside of maskingView and storageGroup",
});

/** One creation of a replicated volume in a group at a time. */
export const replicatedCreation = defineLock({
  ...readIn("common.py"),
  template: "emc-rdf-vol-{storageGroupName}-{serialNumber}",
  parameters: { storageGroupName: "name of the storage group that the volume is made in", serialNumber },
  guards: [
    {
      method: "createReplicatedVolume",
      criticalSection: "create a volume in the group and replicate it",
      origin: "common._create_replication_enabled_volume",
    },
  ],
  releases: { since: "16.0.0" },
  nesting: "outside of storageGroup",
});

/** One creation of a volume without replication in a group at a time. */
export const plainCreation = defineLock({
  ...readIn("common.py"),
  template: "emc-nonrdf-vol-{storageGroupName}-{serialNumber}",
  parameters: { storageGroupName: "name of the storage group that the volume is made in", serialNumber },
  guards: [
    {
      method: "createPlainVolume",
      criticalSection: "create a volume in the group",
      origin: "common._create_non_replicated_volume",
    },
  ],
  releases: { since: "17.0.0" },
  nesting: "outside of storageGroup",
});
