import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { CinderService, Identified, VolumeSource } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

const bindings = (locks: typeof definitions): LockBindings<CinderService, Method> => {
  const sourcesOf = ({ snapshotId, sourceVolumeId }: VolumeSource) => [
    ...(snapshotId == null ? [] : [locks.snapshotDeletion({ snapshotId })]),
    ...(sourceVolumeId == null ? [] : [locks.volumeDeletion({ volumeId: sourceVolumeId })]),
  ];
  return {
    createVolume: (_service, _context, _volume, source) => sourcesOf(source ?? {}),
    deleteVolume: (_service, _context, volume) => locks.volumeDeletion({ volumeId: volume?.id }),
    deleteSnapshot: (_service, _context, snapshot) => locks.snapshotDeletion({ snapshotId: snapshot?.id }),
    attachVolume: (_service, _context, volumeId) => locks.attachment({ volumeId }),
    detachVolume: (_service, _context, volumeId) => locks.detachment({ volumeId }),
    attachmentUpdate: (_service, _context, attachment, connector) =>
      locks.attachmentUpdate({ volumeId: attachment?.volumeId, hostName: connector?.host }),
    prepareImageCacheEntry: (_service, _context, _volume, _location, imageId) =>
      locks.imageCacheEntry({ imageId }),
    migrateEncryptionKey: (_service, item) => locks.encryptionKeyMigration({ itemId: item?.id }),
    mountBackupShare: () => locks.backupShareMount(),
    cleanupIncompleteBackupOperations: (service) => locks.backupCleanup(service),
    incDevice: () => locks.throttling(),
    decDevice: () => locks.throttling(),
    addConnection: (service) => locks.zoning(service),
    deleteConnection: (service) => locks.zoning(service),
  };
};

/** Locks of OpenStack Cinder's own services. */
export const cinder = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a service's calls under the locks that Cinder's own take; see `guardDriver` of `@fenceline/core`. */
  guard: <Service extends CinderService>(
    coordinator: Coordinator,
    service: Service,
    options?: DriverOptions,
  ) =>
    guardDriver<Service, Method, CinderService, typeof definitions>(
      coordinator,
      service,
      { definitions, bindings },
      options,
    ),
};

export type { CinderService, Identified, VolumeSource };
