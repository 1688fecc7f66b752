/** The machine that attaches. */
export interface Connector {
  readonly host: string;
}

/** What a driver of a Storwize or SAN Volume Controller system needs to have for its lock; FC and iSCSI drivers alike. */
export interface StorwizeDriver {
  /** The id that `lssystem` of the primary system reports, as text and also after a failover. */
  readonly systemId: string;
  initializeConnection(volume: unknown, connector: Connector): unknown;
  terminateConnection(volume: unknown, connector: Connector, ...rest: unknown[]): unknown;
}
