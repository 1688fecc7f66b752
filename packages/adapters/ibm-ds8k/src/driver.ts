/** The machine that attaches. */
export interface Connector {
  readonly host: string;
}

/** What a driver of a DS8K needs to have for its locks. */
export interface Ds8kDriver {
  /** Identity of the array that it works on, such as its serial number; needed with `per: "array"` only. */
  readonly array?: string | undefined;
  initializeConnection(volume: unknown, connector: Connector): unknown;
  terminateConnection(volume: unknown, connector: Connector, ...rest: unknown[]): unknown;
  findPoolLssPairForCg(...args: unknown[]): unknown;
  deleteGroupWithLock(...args: unknown[]): unknown;
  deleteGroupSnapshotWithLock(...args: unknown[]): unknown;
  removeVolumesFromConsisgroup(...args: unknown[]): unknown;
  doFlashcopyWithFreeze(...args: unknown[]): unknown;
  createReplica(...args: unknown[]): unknown;
}
