import type { FileWithoutLock, LockSource } from "@fenceline/core";

const cinder15 = {
  repository: "openstack/cinder",
  release: "15.0.0",
  commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
} as const;

const cinderMaster = {
  repository: "openstack/cinder",
  release: "master",
  commit: "ab09bc39dbcd4d5b301f2f5da8fcfd9e5ef1fe8c",
} as const;

/** Where each lock was read. */
export const sources = {
  volumeDeletion: [
    {
      ...cinder15,
      file: "cinder/volume/manager.py",
      template: "{volume.id}-{f_name}",
      calls: ["VolumeManager.delete_volume"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/manager.py",
      template: "{volume.id}-delete_volume",
      calls: ["VolumeManager.delete_volume"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/manager.py",
      template: "\"%s-%s\" % (source_volid, 'delete_volume')",
      calls: ["VolumeManager.create_volume"],
    },
  ],
  snapshotDeletion: [
    {
      ...cinderMaster,
      file: "cinder/volume/manager.py",
      template: "{snapshot.id}-delete_snapshot",
      calls: ["VolumeManager.delete_snapshot"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/manager.py",
      template: "\"%s-%s\" % (snapshot_id, 'delete_snapshot')",
      calls: ["VolumeManager.create_volume"],
    },
  ],
  attachment: [
    {
      ...cinderMaster,
      file: "cinder/volume/manager.py",
      template: "{volume_id}",
      calls: ["VolumeManager.attach_volume"],
    },
  ],
  detachment: [
    {
      ...cinderMaster,
      file: "cinder/volume/manager.py",
      template: "{volume_id}-{f_name}",
      calls: ["VolumeManager.detach_volume"],
    },
  ],
  attachmentUpdate: [
    {
      ...cinderMaster,
      file: "cinder/volume/api.py",
      template: "{f_name}-{attachment_ref.volume_id}-{connector[host]}",
      calls: ["API.attachment_update"],
    },
  ],
  imageCacheEntry: [
    {
      ...cinderMaster,
      file: "cinder/volume/flows/manager/create_volume.py",
      template: "{image_id}",
      calls: ["CreateVolumeFromSpecTask._prepare_image_cache_entry"],
    },
  ],
  encryptionKeyMigration: [
    {
      ...cinderMaster,
      file: "cinder/keymgr/migration.py",
      template: "{item.id}-{f_name}",
      calls: ["KeyMigrator._migrate_encryption_key"],
    },
  ],
  backupShareMount: [
    {
      ...cinderMaster,
      file: "cinder/backup/drivers/nfs.py",
      template: "mount-nfs-share",
      calls: ["NFSBackupDriver: the mount of the share"],
    },
  ],
  backupCleanup: [
    {
      ...cinderMaster,
      file: "cinder/backup/manager.py",
      template: "'cleanup_incomplete_backups_%s' % SERVICE_PGRP",
      calls: ["BackupManager._cleanup_incomplete_backup_operations"],
    },
  ],
  throttling: [
    {
      ...cinderMaster,
      file: "cinder/volume/throttling.py",
      template: "BlkioCgroup",
      calls: ["BlkioCgroup._inc_device", "BlkioCgroup._dec_device"],
    },
  ],
  zoning: [
    {
      ...cinderMaster,
      file: "cinder/zonemanager/drivers/brocade/brcd_fc_zone_driver.py",
      template: "brcd",
      calls: ["BrcdFCZoneDriver.add_connection", "BrcdFCZoneDriver.delete_connection"],
    },
    {
      ...cinderMaster,
      file: "cinder/zonemanager/drivers/cisco/cisco_fc_zone_driver.py",
      template: "cisco",
      calls: ["CiscoFCZoneDriver.add_connection", "CiscoFCZoneDriver.delete_connection"],
    },
  ],
} as const satisfies Readonly<Record<string, readonly LockSource[]>>;

/** Files that the documentation of Cinder's locks lists, and that hold none. */
export const withoutLock: readonly FileWithoutLock[] = [];
