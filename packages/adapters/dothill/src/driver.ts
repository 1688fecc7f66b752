/** What a driver of a Dot Hill array needs to have for its locks. */
export interface DothillDriver {
  /** The name of Cinder's Python class, which is part of the names: `DotHillClient` for plain Dot Hill. */
  readonly driverName: string;
  /** The serial number of the array's midplane, which Cinder learns at login; `unknown` before. */
  readonly arrayName: string;
  getSessionKey(...args: unknown[]): unknown;
  apiRequest(...args: unknown[]): unknown;
  mapVolume(...args: unknown[]): unknown;
}
