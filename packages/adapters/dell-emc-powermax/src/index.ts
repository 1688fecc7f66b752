import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { GroupNames, PowermaxDriver, RdfGroup, SourceDevice } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

const bindings: LockBindings<PowermaxDriver, Method> = {
  initializeConnection: (_driver, volume) => definitions.volume({ volumeId: volume?.id }),
  terminateConnection: (_driver, volume) => definitions.volume({ volumeId: volume?.id }),
  removeAndResetMembers: (_driver, names) => definitions.member(names),
  setupMaskingView: (_driver, names) => definitions.maskingView(names),
  removeVolumeFromMaskedGroup: (_driver, names) => [
    definitions.maskingView(names),
    definitions.parentOfView(names),
    definitions.storageGroup(names),
  ],
  createStorageGroup: (_driver, names) => definitions.storageGroup(names),
  createVolumeFromGroup: (_driver, names) => definitions.storageGroup(names),
  addVolumeToStorageGroup: (_driver, names) => definitions.storageGroup(names),
  addVolumesToStorageGroup: (_driver, names) => definitions.storageGroup(names),
  removeVolumesFromStorageGroup: (_driver, names) => definitions.storageGroup(names),
  removeVolumeFromGroup: (_driver, names) => definitions.storageGroup(names),
  moveVolumeToDefaultGroup: (_driver, names) => definitions.storageGroup(names),
  addChildToParentGroup: (_driver, names) => [definitions.childGroup(names), definitions.parentGroup(names)],
  moveVolumeBetweenGroups: (_driver, names) => [
    definitions.sourceGroup(names),
    definitions.targetGroup(names),
  ],
  deleteInitiatorGroup: (_driver, names) => definitions.initiatorGroup(names),
  unlinkAndDeleteSnapshots: (_driver, names) => definitions.snapshotSource(names),
  createSnapshot: (_driver, names) => definitions.snapshot(names),
  linkSnapshot: (_driver, names) => definitions.snapshot(names),
  unlinkSnapshot: (_driver, names) => definitions.snapshot(names),
  deleteSnapshot: (_driver, names) => definitions.snapshot(names),
  extendReplicatedVolume: (_driver, names) => definitions.rdfPair(names),
  breakRdfRelationship: (_driver, names) => definitions.rdfPair(names),
  extendLegacyReplicatedVolume: (_driver, names) => definitions.rdfGroup(names),
  cleanupRdfDevicePair: (_driver, names) => definitions.rdfGroup(names),
  cleanupRemoteTarget: (_driver, names) => definitions.rdfGroup(names),
  createReplicatedVolume: (_driver, names) => definitions.replicatedCreation(names),
  createPlainVolume: (_driver, names) => definitions.plainCreation(names),
};

/** Locks of Dell EMC PowerMax and VMAX drivers. */
export const powermax = {
  ...definitions,
  definitions,
  /** Puts a driver's calls under the locks of what they change; see `guard` of `@fenceline/core`. */
  guard: <Driver extends PowermaxDriver>(coordinator: Coordinator, driver: Driver, options?: GuardOptions) =>
    guard<Driver, Method, PowermaxDriver>(coordinator, driver, bindings, options),
};

export type { GroupNames, PowermaxDriver, RdfGroup, SourceDevice };
