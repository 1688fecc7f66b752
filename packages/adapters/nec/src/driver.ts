/** A volume, as far as a lock's name is made of it. */
export interface Volume {
  readonly id: string;
}

/** What a driver of an M-Series array needs to have for its locks. */
export interface NecDriver {
  /** Cinder's option `nec_diskarray_name`. One array has to have the same name on all nodes. */
  readonly diskarrayName: string;
  syncExecute(...args: unknown[]): unknown;
  syncBindLd(...args: unknown[]): unknown;
  createSnapshotAndLink(...args: unknown[]): unknown;
  exportVolume(...args: unknown[]): unknown;
  /** Only the DSV driver's is under the lock in Cinder. */
  createSnapshot(...args: unknown[]): unknown;
  iscsiTerminateConnection(volume: Volume, connector: unknown): unknown;
  fcTerminateConnection(volume: Volume, connector: unknown): unknown;
}
