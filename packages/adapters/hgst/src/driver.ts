/** What a driver of the HGST Flash Storage Suite needs to have for its lock. */
export interface HgstDriver {
  /** Identity of the storage cluster; needed with `per: "array"` only. */
  readonly array?: string | undefined;
  createVolume(volume: unknown): unknown;
}
