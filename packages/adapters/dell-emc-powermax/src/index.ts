import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions/index.js";
import type { GroupNames, PowermaxDriver, RdfGroup, SourceDevice, ViewNames } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

const bindings = (locks: typeof definitions): LockBindings<PowermaxDriver, Method> => ({
  initializeConnection: (_driver, volume) => locks.volume({ volumeId: volume?.id }),
  terminateConnection: (_driver, volume) => locks.volume({ volumeId: volume?.id }),
  removeAndResetMembers: (_driver, names) => locks.member(names),
  setupMaskingView: (_driver, names) => locks.maskingView(names),
  // Of the views only: the locks of the groups are taken inside. A request for both would wait for the view in the
  // queues of the groups, before an attach that holds the view and asks for the groups.
  removeVolumeFromMaskedGroup: (_driver, names) => [locks.maskingView(names), locks.parentOfView(names)],
  createStorageGroup: (_driver, names) => locks.storageGroup(names),
  createVolumeFromGroup: (_driver, names) => locks.storageGroup(names),
  addVolumeToStorageGroup: (_driver, names) => locks.storageGroup(names),
  addVolumesToStorageGroup: (_driver, names) => locks.storageGroup(names),
  removeVolumesFromStorageGroup: (_driver, names) => locks.storageGroup(names),
  removeVolumeFromGroup: (_driver, names) => locks.storageGroup(names),
  moveVolumeToDefaultGroup: (_driver, names) => [locks.storageGroup(names), locks.defaultGroup(names)],
  addChildToParentGroup: (_driver, names) => [locks.childGroup(names), locks.parentGroup(names)],
  moveVolumeBetweenGroups: (_driver, names) => [locks.sourceGroup(names), locks.targetGroup(names)],
  deleteInitiatorGroup: (_driver, names) => locks.initiatorGroup(names),
  unlinkAndDeleteSnapshots: (_driver, names) => locks.snapshotSource(names),
  createSnapshot: (_driver, names) => locks.snapshot(names),
  linkSnapshot: (_driver, names) => locks.snapshot(names),
  unlinkSnapshot: (_driver, names) => locks.snapshot(names),
  deleteSnapshot: (_driver, names) => locks.snapshot(names),
  createRdfDevicePair: (_driver, names) => locks.rdfPair(names),
  extendReplicatedVolume: (_driver, names) => locks.rdfPair(names),
  breakRdfRelationship: (_driver, names) => locks.rdfPair(names),
  extendLegacyReplicatedVolume: (_driver, names) => locks.rdfGroup(names),
  cleanupRdfDevicePair: (_driver, names) => locks.rdfGroup(names),
  cleanupRemoteTarget: (_driver, names) => locks.rdfGroup(names),
  createReplicatedVolume: (_driver, names) => locks.replicatedCreation(names),
  createPlainVolume: (_driver, names) => locks.plainCreation(names),
});

/** Locks of Dell EMC PowerMax and VMAX drivers. */
export const powermax = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a driver's calls under the locks of what they change; see `guardDriver` of `@fenceline/core`. */
  guard: <Driver extends PowermaxDriver>(coordinator: Coordinator, driver: Driver, options?: DriverOptions) =>
    guardDriver<Driver, Method, PowermaxDriver, typeof definitions>(
      coordinator,
      driver,
      { definitions, bindings },
      options,
    ),
};

export type { GroupNames, PowermaxDriver, RdfGroup, SourceDevice, ViewNames };
