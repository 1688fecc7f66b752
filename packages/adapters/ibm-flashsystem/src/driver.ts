/** What a driver of a FlashSystem needs to have for its locks; FC and iSCSI drivers alike. */
export interface FlashSystemDriver {
  initializeConnection(volume: unknown, connector: unknown): unknown;
  terminateConnection(volume: unknown, connector: unknown, ...rest: unknown[]): unknown;
  mapVdiskToHost(vdiskName: string, connector: unknown): unknown;
  unmapVdiskFromHost(vdiskName: string, connector: unknown): unknown;
}
