/** The machine that attaches. */
export interface Connector {
  readonly host: string;
}

/** What a driver of an InStorage system needs to have for its lock; FC and iSCSI drivers alike. */
export interface InStorageDriver {
  /** The id that `lssystem` reports, as text: `007` and `7` are two locks. */
  readonly systemId: string;
  initializeConnection(volume: unknown, connector: Connector): unknown;
  terminateConnection(volume: unknown, connector: Connector, ...rest: unknown[]): unknown;
}
