/** A connector, as far as the lock's name is made of it. */
export interface Connector {
  /** Name of the machine that attaches. */
  readonly host: string;
}

/** What a driver of an OceanStor array needs to have for its locks. */
export interface HuaweiDriver {
  /** Identity of the array, such as its serial number; needed with `per: "array"` only. */
  readonly array?: string | undefined;
  initializeConnection(volume: unknown, connector: Connector): unknown;
  terminateConnection(volume: unknown, connector: Connector, ...rest: unknown[]): unknown;
  /** Sends a request to the array: `call` of Cinder's REST client. */
  restCall(...args: unknown[]): unknown;
  /** Gives a LUN a QoS policy: `add` of Cinder's `SmartQos`. */
  addQos(...args: unknown[]): unknown;
  /** Takes a LUN out of its QoS policy: `remove` of Cinder's `SmartQos`. */
  removeQos(...args: unknown[]): unknown;
}
