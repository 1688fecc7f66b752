/** What a driver of a FlashSystem needs to have for its locks; FC and iSCSI drivers alike. */
export interface FlashSystemDriver {
  /** Identity of the array, such as its system id; needed with `per: "array"` only. */
  readonly array?: string | undefined;
  initializeConnection(volume: unknown, connector: unknown): unknown;
  terminateConnection(volume: unknown, connector: unknown, ...rest: unknown[]): unknown;
  mapVdiskToHost(vdiskName: string, connector: unknown): unknown;
  unmapVdiskFromHost(vdiskName: string, connector: unknown): unknown;
  /** Notes that volumes are being copied, and says whether it could: it must not wait for another copy to end. */
  setVdiskCopyInProgress(vdiskNames: readonly string[]): unknown;
  unsetVdiskCopyInProgress(vdiskNames: readonly string[]): unknown;
}
