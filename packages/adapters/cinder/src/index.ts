import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { CinderService, Identified, VolumeSource } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

const sourcesOf = ({ snapshotId, sourceVolumeId }: VolumeSource) => [
  ...(snapshotId == null ? [] : [definitions.snapshotDeletion({ snapshotId })]),
  ...(sourceVolumeId == null ? [] : [definitions.volumeDeletion({ volumeId: sourceVolumeId })]),
];

const bindings: LockBindings<CinderService, Method> = {
  createVolume: (_service, _context, _volume, source) => sourcesOf(source ?? {}),
  deleteVolume: (_service, _context, volume) => definitions.volumeDeletion({ volumeId: volume?.id }),
  deleteSnapshot: (_service, _context, snapshot) =>
    definitions.snapshotDeletion({ snapshotId: snapshot?.id }),
  attachVolume: (_service, _context, volumeId) => definitions.attachment({ volumeId }),
  detachVolume: (_service, _context, volumeId) => definitions.detachment({ volumeId }),
  attachmentUpdate: (_service, _context, attachment, connector) =>
    definitions.attachmentUpdate({ volumeId: attachment?.volumeId, hostName: connector?.host }),
  prepareImageCacheEntry: (_service, _context, _volume, _location, imageId) =>
    definitions.imageCacheEntry({ imageId }),
  migrateEncryptionKey: (_service, item) => definitions.encryptionKeyMigration({ itemId: item?.id }),
  mountBackupShare: () => definitions.backupShareMount(),
  cleanupIncompleteBackupOperations: (service) => definitions.backupCleanup(service),
  incDevice: () => definitions.throttling(),
  decDevice: () => definitions.throttling(),
  addConnection: (service) => definitions.zoning(service),
  deleteConnection: (service) => definitions.zoning(service),
};

/** Locks of OpenStack Cinder's own services. */
export const cinder = {
  ...definitions,
  definitions,
  /** Puts a service's calls under the locks that Cinder's own take; see `guard` of `@fenceline/core`. */
  guard: <Service extends CinderService>(
    coordinator: Coordinator,
    service: Service,
    options?: GuardOptions,
  ) => guard<Service, Method, CinderService>(coordinator, service, bindings, options),
};

export type { CinderService, Identified, VolumeSource };
