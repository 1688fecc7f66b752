/** What a driver of the HGST Flash Storage Suite needs to have for its lock. */
export interface HgstDriver {
  createVolume(volume: unknown): unknown;
}
