import { defineLock } from "@fenceline/core";
import { sources } from "../sources.js";
import { jobMs, powermax, serialNumber } from "./powermax.js";

// All of these are one name space: the definitions differ in the role that a group has in a call.
const group = { ...powermax, lockDelayMs: jobMs } as const;

/** One change of a storage group at a time. */
export const storageGroup = defineLock({
  ...group,
  template: "emc-sg-{storageGroupName}-{serialNumber}",
  formerNames: [{ before: "15.0.0", template: "emc-sg-{storageGroupName}" }],
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
      criticalSection: "take the volume out; delete the group with the last one",
      origin: "masking.remove_volume_from_sg",
    },
    {
      method: "moveVolumeToDefaultGroup",
      criticalSection: "move the volume into the default group; delete its group with the last one",
      origin: "masking.remove_volume_from_sg, with `move`",
    },
  ],
  nesting: "inside member, maskingView and the creations",
  sources: sources.storageGroup,
});

/** The group that a volume without a host is in; the same names as storageGroup. */
export const defaultGroup = defineLock({
  ...group,
  template: "emc-sg-{defaultGroupName}-{serialNumber}",
  formerNames: [{ before: "15.0.0", template: "emc-sg-{defaultGroupName}" }],
  parameters: {
    defaultGroupName: "name of the default storage group of the volume's service level",
    serialNumber,
  },
  guards: [
    {
      method: "moveVolumeToDefaultGroup",
      criticalSection: "move the volume into the default group; delete its group with the last one",
      origin: "masking.add_volume_to_default_storage_group",
    },
  ],
  nesting: "together with storageGroup",
  sources: sources.defaultGroup,
});

/** A storage group that becomes a child; the same names as storageGroup. */
export const childGroup = defineLock({
  ...group,
  template: "emc-sg-{childName}-{serialNumber}",
  formerNames: [{ before: "15.0.0", template: "emc-sg-{childName}" }],
  parameters: { childName: "name of the child storage group", serialNumber },
  guards: [
    {
      method: "addChildToParentGroup",
      criticalSection: "check again and add the child to the parent",
      origin: "masking.add_child_sg_to_parent_sg",
    },
  ],
  nesting: "together with parentGroup",
  sources: sources.childGroup,
});

/** A storage group that gets a child; the same names as storageGroup. */
export const parentGroup = defineLock({
  ...group,
  template: "emc-sg-{parentName}-{serialNumber}",
  formerNames: [{ before: "15.0.0", template: "emc-sg-{parentName}" }],
  parameters: { parentName: "name of the parent storage group", serialNumber },
  guards: [
    {
      method: "addChildToParentGroup",
      criticalSection: "check again and add the child to the parent",
      origin: "masking.add_child_sg_to_parent_sg",
    },
  ],
  nesting: "together with childGroup",
  sources: sources.parentGroup,
});

/** A storage group that a volume leaves; the same names as storageGroup. */
export const sourceGroup = defineLock({
  ...group,
  template: "emc-sg-{sourceName}-{serialNumber}",
  formerNames: [{ before: "15.0.0", template: "emc-sg-{sourceName}" }],
  parameters: { sourceName: "name of the storage group that the volume leaves", serialNumber },
  guards: [
    {
      method: "moveVolumeBetweenGroups",
      criticalSection: "move the volume; delete the source group with the last one",
      origin: "masking.move_volume_between_storage_groups",
    },
  ],
  nesting: "together with targetGroup",
  sources: sources.sourceGroup,
});

/** A storage group that gets a volume; the same names as storageGroup. */
export const targetGroup = defineLock({
  ...group,
  template: "emc-sg-{targetName}-{serialNumber}",
  formerNames: [{ before: "15.0.0", template: "emc-sg-{targetName}" }],
  parameters: { targetName: "name of the storage group that gets the volume", serialNumber },
  guards: [
    {
      method: "moveVolumeBetweenGroups",
      criticalSection: "move the volume; delete the source group with the last one",
      origin: "masking.move_volume_between_storage_groups",
    },
  ],
  nesting: "together with sourceGroup",
  sources: sources.targetGroup,
});

const inGroup = { storageGroupName: "name of the storage group that the volume is made in", serialNumber };

/** One creation of a replicated volume in a group at a time. */
export const replicatedCreation = defineLock({
  ...group,
  template: "emc-rdf-vol-{storageGroupName}-{serialNumber}",
  parameters: inGroup,
  guards: [
    {
      method: "createReplicatedVolume",
      criticalSection: "create a volume in the group and replicate it",
      origin: "common._create_replication_enabled_volume",
    },
  ],
  releases: { since: "16.0.0" },
  nesting: "outside of rdfPair and storageGroup",
  sources: sources.replicatedCreation,
});

/** One creation of a volume without replication in a group at a time. */
export const plainCreation = defineLock({
  ...group,
  template: "emc-nonrdf-vol-{storageGroupName}-{serialNumber}",
  parameters: inGroup,
  guards: [
    {
      method: "createPlainVolume",
      criticalSection: "create a volume in the group",
      origin: "common._create_non_replicated_volume",
    },
  ],
  releases: { since: "17.0.0" },
  nesting: "outside of storageGroup",
  sources: sources.plainCreation,
});
