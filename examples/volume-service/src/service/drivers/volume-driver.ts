import type { ArrayConnection } from "../array-connection.js";

export interface Volume {
  readonly id: string;
}

/** The machine that is to see a volume. */
export interface Connector {
  readonly host: string;
}

/** How a host reaches a volume. */
export interface Attachment {
  readonly lun: number;
}

/**
 * What the service asks of every array, under the names of Cinder's drivers. Each call can be repeated: what a
 * node that died has left half done, the next one finishes.
 */
export interface VolumeDriver {
  createVolume(volume: Volume): Promise<void>;
  createClonedVolume(volume: Volume, source: Volume): Promise<void>;
  initializeConnection(volume: Volume, connector: Connector): Promise<Attachment>;
  terminateConnection(volume: Volume, connector: Connector): Promise<void>;
}

/** What a driver is made with. */
export interface DriverConfig {
  /** Where the array's management answers; also what the vendor's lock is named after. */
  readonly address: string;
  /** Opens a management connection for one operation. */
  readonly open: () => ArrayConnection;
}
