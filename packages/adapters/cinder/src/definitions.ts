import { defineLock } from "@fenceline/core";
import { sources } from "./sources.js";

const cinder = { system: "OpenStack Cinder", names: "cinder" } as const;

/** Inside these locks a driver works on its array. */
const onAnArray = {
  ...cinder,
  fencing: "none",
  // A guess: it depends on the array. The driver's own locks, taken inside, rest as long as theirs needs.
  lockDelayMs: 60_000,
} as const;

/** A volume is not deleted while another one is made from it. */
export const volumeDeletion = defineLock({
  ...onAnArray,
  scope: "global",
  template: "{volumeId}-delete_volume",
  parameters: { volumeId: "UUID of the volume" },
  guards: [
    { method: "deleteVolume", criticalSection: "delete the volume", origin: "VolumeManager.delete_volume" },
    {
      method: "createVolume",
      criticalSection: "make a volume from that one, to the end",
      origin: "VolumeManager.create_volume",
    },
  ],
  nesting:
    "a clone holds the lock of its source volume for the whole creation, outside of the driver's locks",
  sources: sources.volumeDeletion,
});

/** A snapshot is not deleted while a volume is made from it. */
export const snapshotDeletion = defineLock({
  ...onAnArray,
  scope: "global",
  template: "{snapshotId}-delete_snapshot",
  parameters: { snapshotId: "UUID of the snapshot" },
  guards: [
    {
      method: "deleteSnapshot",
      criticalSection: "delete the snapshot",
      origin: "VolumeManager.delete_snapshot",
    },
    {
      method: "createVolume",
      criticalSection: "make a volume from that snapshot, to the end",
      origin: "VolumeManager.create_volume",
    },
  ],
  nesting: "a creation from a snapshot holds it for the whole creation, outside of the driver's locks",
  sources: sources.snapshotDeletion,
});

/** One attach of a volume at a time. */
export const attachment = defineLock({
  ...onAnArray,
  scope: "global",
  template: "{volumeId}",
  parameters: { volumeId: "UUID of the volume" },
  guards: [
    {
      method: "attachVolume",
      criticalSection: "check the volume's state, export it and record the attachment",
      origin: "VolumeManager.attach_volume",
    },
  ],
  nesting: "outside of the driver's locks",
  sources: sources.attachment,
});

/** One detach of a volume at a time. */
export const detachment = defineLock({
  ...onAnArray,
  scope: "global",
  template: "{volumeId}-detach_volume",
  parameters: { volumeId: "UUID of the volume" },
  guards: [
    {
      method: "detachVolume",
      criticalSection: "find the attachment, detach and record it",
      origin: "VolumeManager.detach_volume",
    },
  ],
  nesting: "outside of the driver's locks",
  sources: sources.detachment,
});

/** One update of a volume's attachments to a host at a time. */
export const attachmentUpdate = defineLock({
  ...cinder,
  scope: "global",
  template: "attachment_update-{volumeId}-{hostName}",
  parameters: {
    volumeId: "UUID of the volume",
    hostName: "name of the machine that attaches (connector.host)",
  },
  guards: [
    {
      method: "attachmentUpdate",
      criticalSection: "check the other attachments and fill in the connection",
      origin: "API.attachment_update",
    },
  ],
  fencing: "none",
  // How long the call to the volume service may take, by default: oslo.messaging's rpc_response_timeout.
  lockDelayMs: 60_000,
  nesting: "a leaf in the API process: the volume service takes its locks in processes of its own",
  sources: sources.attachmentUpdate,
});

/** One entry of the image cache is made for an image. */
export const imageCacheEntry = defineLock({
  ...onAnArray,
  scope: "global",
  template: "{imageId}",
  parameters: { imageId: "UUID of the Glance image" },
  guards: [
    {
      method: "prepareImageCacheEntry",
      criticalSection: "look for an entry of the cache and make one if there is none",
      origin: "CreateVolumeFromSpecTask._prepare_image_cache_entry",
    },
  ],
  nesting: "outside of the driver's locks, around the creation of the cached volume",
  sources: sources.imageCacheEntry,
});

/** The key of a volume or a backup is migrated once. */
export const encryptionKeyMigration = defineLock({
  ...cinder,
  scope: "global",
  template: "{itemId}-_migrate_encryption_key",
  parameters: { itemId: "UUID of the volume or the backup" },
  guards: [
    {
      method: "migrateEncryptionKey",
      criticalSection: "check which key is in use and replace the fixed one",
      origin: "KeyMigrator._migrate_encryption_key",
    },
  ],
  fencing: "createSqlTokenGate, in the transaction that writes the id of the new key",
  nesting: "a leaf: nothing else is taken inside",
  sources: sources.encryptionKeyMigration,
});

/** One mount of the share for backups at a time. */
export const backupShareMount = defineLock({
  ...cinder,
  scope: "global",
  template: "mount-nfs-share",
  parameters: {},
  guards: [
    {
      method: "mountBackupShare",
      criticalSection: "mount the NFS share for backups",
      origin: "NFSBackupDriver: the mount of the share",
    },
  ],
  fencing: "none",
  // A mount is its own host's: what a dead node had begun is not in the next one's way.
  lockDelayMs: 0,
  nesting: "a leaf: nothing else is taken inside",
  sources: sources.backupShareMount,
});

/** The first backup process of a service cleans up, the others wait for it. */
export const backupCleanup = defineLock({
  ...cinder,
  scope: "node",
  template: "cleanup_incomplete_backups_{processGroup}",
  parameters: { processGroup: "process group id of the backup service" },
  guards: [
    {
      method: "cleanupIncompleteBackupOperations",
      criticalSection: "reset the backups that a crash left under way",
      origin: "BackupManager._cleanup_incomplete_backup_operations",
    },
  ],
  belongsTo: "host",
  fencing: "none",
  // The service resets all of it anew when it starts the next time.
  lockDelayMs: 0,
  nesting: "a leaf: nothing else is taken inside",
  sources: sources.backupCleanup,
});

/** Counts of the devices that are throttled. */
export const throttling = defineLock({
  ...cinder,
  scope: "process",
  template: "BlkioCgroup",
  parameters: {},
  guards: [
    {
      method: "incDevice",
      criticalSection: "count a device in and share out the limit",
      origin: "BlkioCgroup._inc_device",
    },
    {
      method: "decDevice",
      criticalSection: "count a device out and share out the limit",
      origin: "BlkioCgroup._dec_device",
    },
  ],
  belongsTo: "process",
  fencing: "none",
  lockDelayMs: 0,
  nesting: "a leaf: nothing else is taken inside",
  sources: sources.throttling,
});

/** One change of zones at a time, from one node. */
export const zoning = defineLock({
  ...cinder,
  scope: "node",
  template: "{zoneDriver}",
  parameters: { zoneDriver: "kind of the fabric's switches, `brcd` (Brocade) or `cisco`" },
  guards: [
    {
      method: "addConnection",
      criticalSection: "read the zones and add those of a connection",
      origin: "BrcdFCZoneDriver.add_connection, CiscoFCZoneDriver.add_connection",
    },
    {
      method: "deleteConnection",
      criticalSection: "read the zones and remove those of a connection",
      origin: "BrcdFCZoneDriver.delete_connection, CiscoFCZoneDriver.delete_connection",
    },
  ],
  // The prefix that Cinder gives this lock in place of `cinder-`: among all nodes the bare name says too little.
  globalName: (name) => `fcfabric-${name}`,
  fencing: "none",
  // A guess: how long a command of a switch may take was not to be found.
  lockDelayMs: 60_000,
  nesting: "innermost: a driver zones inside its own locks",
  sources: sources.zoning,
});
