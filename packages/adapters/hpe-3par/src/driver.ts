/** A volume, as far as the lock's name is made of it. */
export interface Volume {
  readonly id: string;
}

/** What a driver of a 3PAR array needs to have for its lock. */
export interface Hpe3parDriver {
  initializeConnection(volume: Volume, connector: unknown): unknown;
  terminateConnection(volume: Volume, connector: unknown): unknown;
}
