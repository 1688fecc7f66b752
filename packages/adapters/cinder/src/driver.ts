/** A volume, a snapshot or a backup. */
export interface Identified {
  readonly id: string;
}

/** What a new volume is made from; neither for an empty one. */
export interface VolumeSource {
  readonly snapshotId?: string | null | undefined;
  readonly sourceVolumeId?: string | null | undefined;
}

/** A service that has all of the calls that Cinder's own services lock. */
export interface CinderService {
  /** Id of the process group that the backup service runs in. */
  readonly processGroup: number;
  /** The kind of switches that zones are made on. */
  readonly zoneDriver: "brcd" | "cisco";
  createVolume(context: unknown, volume: unknown, source?: VolumeSource, ...rest: unknown[]): unknown;
  deleteVolume(context: unknown, volume: Identified, ...rest: unknown[]): unknown;
  deleteSnapshot(context: unknown, snapshot: Identified, ...rest: unknown[]): unknown;
  attachVolume(context: unknown, volumeId: string, ...rest: unknown[]): unknown;
  detachVolume(context: unknown, volumeId: string, ...rest: unknown[]): unknown;
  attachmentUpdate(
    context: unknown,
    attachment: { readonly volumeId: string },
    connector: { readonly host: string },
  ): unknown;
  prepareImageCacheEntry(
    context: unknown,
    volume: unknown,
    imageLocation: unknown,
    imageId: string,
    ...rest: unknown[]
  ): unknown;
  migrateEncryptionKey(item: Identified): unknown;
  mountBackupShare(...args: unknown[]): unknown;
  cleanupIncompleteBackupOperations(...args: unknown[]): unknown;
  incDevice(...args: unknown[]): unknown;
  decDevice(...args: unknown[]): unknown;
  addConnection(...args: unknown[]): unknown;
  deleteConnection(...args: unknown[]): unknown;
}
