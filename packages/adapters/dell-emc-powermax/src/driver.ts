/** A storage group of an array. */
export interface GroupNames {
  readonly storageGroupName: string;
  readonly serialNumber: string;
}

/** A source volume of SnapVX snapshots. */
export interface SourceDevice {
  readonly sourceDeviceId: string;
  /** Needed with `release` before 14.0.0 only. */
  readonly snapshotName?: string | undefined;
  /** Needed with `per: "array"` only. */
  readonly serialNumber?: string | undefined;
}

/** A replication group. */
export interface RdfGroup {
  readonly rdfGroup: string | number;
  /** Needed with `per: "array"` only. */
  readonly serialNumber?: string | undefined;
}

/** A masking view. */
export interface ViewNames {
  readonly maskingViewName: string;
  readonly serialNumber: string;
}

/** What a PowerMax driver needs to have for its locks: the first argument has the names of what is locked. */
export interface PowermaxDriver {
  initializeConnection(volume: { readonly id: string }, ...rest: unknown[]): unknown;
  terminateConnection(volume: { readonly id: string }, ...rest: unknown[]): unknown;
  removeAndResetMembers(
    names: { readonly deviceId: string; readonly serialNumber?: string | undefined },
    ...rest: unknown[]
  ): unknown;
  setupMaskingView(names: ViewNames, ...rest: unknown[]): unknown;
  removeVolumeFromMaskedGroup(
    names: ViewNames & { readonly parentName: string },
    ...rest: unknown[]
  ): unknown;
  createStorageGroup(names: GroupNames, ...rest: unknown[]): unknown;
  createVolumeFromGroup(names: GroupNames, ...rest: unknown[]): unknown;
  addVolumeToStorageGroup(names: GroupNames, ...rest: unknown[]): unknown;
  addVolumesToStorageGroup(names: GroupNames, ...rest: unknown[]): unknown;
  removeVolumesFromStorageGroup(names: GroupNames, ...rest: unknown[]): unknown;
  removeVolumeFromGroup(names: GroupNames, ...rest: unknown[]): unknown;
  moveVolumeToDefaultGroup(
    names: GroupNames & { readonly defaultGroupName: string },
    ...rest: unknown[]
  ): unknown;
  addChildToParentGroup(
    names: { readonly childName: string; readonly parentName: string; readonly serialNumber: string },
    ...rest: unknown[]
  ): unknown;
  moveVolumeBetweenGroups(
    names: { readonly sourceName: string; readonly targetName: string; readonly serialNumber: string },
    ...rest: unknown[]
  ): unknown;
  deleteInitiatorGroup(
    names: { readonly initiatorGroupName: string; readonly serialNumber: string },
    ...rest: unknown[]
  ): unknown;
  unlinkAndDeleteSnapshots(names: SourceDevice, ...rest: unknown[]): unknown;
  createSnapshot(names: SourceDevice, ...rest: unknown[]): unknown;
  linkSnapshot(names: SourceDevice, ...rest: unknown[]): unknown;
  unlinkSnapshot(names: SourceDevice, ...rest: unknown[]): unknown;
  deleteSnapshot(names: SourceDevice, ...rest: unknown[]): unknown;
  createRdfDevicePair(names: RdfGroup, ...rest: unknown[]): unknown;
  extendReplicatedVolume(names: RdfGroup, ...rest: unknown[]): unknown;
  breakRdfRelationship(names: RdfGroup, ...rest: unknown[]): unknown;
  extendLegacyReplicatedVolume(names: RdfGroup, ...rest: unknown[]): unknown;
  cleanupRdfDevicePair(names: RdfGroup, ...rest: unknown[]): unknown;
  cleanupRemoteTarget(names: RdfGroup, ...rest: unknown[]): unknown;
  createReplicatedVolume(names: GroupNames, ...rest: unknown[]): unknown;
  createPlainVolume(names: GroupNames, ...rest: unknown[]): unknown;
}
