/** What a driver of a Kaminario K2 needs to have for its locks; FC and iSCSI drivers alike. */
export interface KaminarioDriver {
  /** Address of the primary array, also while a failover makes the driver talk to the other one. */
  readonly sanIp: string;
  initializeConnection(volume: unknown, connector: unknown): unknown;
  terminateConnection(volume: unknown, connector: unknown): unknown;
  /** Sends a request to the array at that address: `_request` of Cinder's `KrestWrap`. */
  request(address: string, ...rest: unknown[]): unknown;
}
