/** A connector, as far as the lock's name is made of it. */
export interface Connector {
  /** Name of the machine that attaches. */
  readonly host: string;
}

/** What a driver of a LeftHand array needs to have for its lock. */
export interface LefthandDriver {
  /** Identity of the array, such as the name of its management group; needed with `per: "array"` only. */
  readonly array?: string | undefined;
  createServer(connector: Connector, ...rest: unknown[]): unknown;
}
