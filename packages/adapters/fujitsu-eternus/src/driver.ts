/** What a driver of an ETERNUS DX needs to have for its locks. */
export interface EternusDriver {
  /** Identity of the array, such as its serial number; needed with `per: "array"` only. */
  readonly array?: string | undefined;
  createLocalClonedVolume(...args: unknown[]): unknown;
  deleteVolumeSetting(...args: unknown[]): unknown;
  deleteVolume(...args: unknown[]): unknown;
  createSnapshot(...args: unknown[]): unknown;
  extendVolume(...args: unknown[]): unknown;
  mapLun(...args: unknown[]): unknown;
  unmapLun(...args: unknown[]): unknown;
  updateVolumeStats(...args: unknown[]): unknown;
  execEternusService(...args: unknown[]): unknown;
  enumEternusInstances(...args: unknown[]): unknown;
  enumEternusInstanceNames(...args: unknown[]): unknown;
  assocEternus(...args: unknown[]): unknown;
  assocEternusNames(...args: unknown[]): unknown;
  referenceEternusNames(...args: unknown[]): unknown;
  getEternusInstance(...args: unknown[]): unknown;
}
