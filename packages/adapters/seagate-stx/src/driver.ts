/** What a driver of a Seagate STX array needs to have for its locks. */
export interface StxDriver {
  /** The name of Cinder's Python class, which is part of the names: `STXClient` for Seagate's own. */
  readonly driverName: string;
  /** The serial number of the array's midplane, which Cinder learns at login; `unknown` before. */
  readonly arrayName: string;
  getSessionKey(...args: unknown[]): unknown;
  apiRequest(...args: unknown[]): unknown;
  mapVolume(...args: unknown[]): unknown;
}
