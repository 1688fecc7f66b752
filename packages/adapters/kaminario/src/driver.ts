/** What a driver of a Kaminario K2 needs to have for its lock; FC and iSCSI drivers alike. */
export interface KaminarioDriver {
  /** Address of the primary array, also while a failover makes the driver talk to the other one. */
  readonly sanIp: string;
  initializeConnection(volume: unknown, connector: unknown): unknown;
  terminateConnection(volume: unknown, connector: unknown): unknown;
}
