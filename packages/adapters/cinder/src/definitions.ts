import { defineLock } from "@fenceline/core";

const readIn = (file: string) =>
  ({
    system: "OpenStack Cinder",
    names: "cinder",
    source: {
      repository: "openstack/cinder",
      release: "master",
      commit: "ab09bc39dbcd4d5b301f2f5da8fcfd9e5ef1fe8c",
      files: [file],
    },
  }) as const;

/** A volume is not deleted while another one is made from it. */
export const volumeDeletion = defineLock({
  ...readIn("cinder/volume/manager.py"),
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
});

/** A snapshot is not deleted while a volume is made from it. */
export const snapshotDeletion = defineLock({
  ...readIn("cinder/volume/manager.py"),
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
});

/** One attach of a volume at a time. */
export const attachment = defineLock({
  ...readIn("cinder/volume/manager.py"),
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
});

/** One detach of a volume at a time. */
export const detachment = defineLock({
  ...readIn("cinder/volume/manager.py"),
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
});

/** One update of a volume's attachments to a host at a time. */
export const attachmentUpdate = defineLock({
  ...readIn("cinder/volume/api.py"),
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
});

/** One entry of the image cache is made for an image. */
export const imageCacheEntry = defineLock({
  ...readIn("cinder/volume/flows/manager/create_volume.py"),
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
});

/** The key of a volume or a backup is migrated once. */
export const encryptionKeyMigration = defineLock({
  ...readIn("cinder/keymgr/migration.py"),
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
});

/** One mount of the share for backups at a time. */
export const backupShareMount = defineLock({
  ...readIn("cinder/backup/drivers/nfs.py"),
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
});

/** The first backup process of a service cleans up, the others wait for it. */
export const backupCleanup = defineLock({
  ...readIn("cinder/backup/manager.py"),
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
});

/** Counts of the devices that are throttled. */
export const throttling = defineLock({
  ...readIn("cinder/volume/throttling.py"),
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
});

/** One change of zones at a time, from one node. */
export const zoning = defineLock({
  ...readIn("cinder/zonemanager/drivers"),
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
});
