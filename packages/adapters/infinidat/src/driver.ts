/** What a driver of an InfiniBox needs to have for its locks. */
export interface InfinidatDriver {
  /** Address of the array's management interface. One array has to have the same address on all nodes. */
  readonly managementAddress: string;
  initializeConnection(volume: unknown, connector: unknown): unknown;
  terminateConnection(volume: unknown, connector: unknown): unknown;
}
