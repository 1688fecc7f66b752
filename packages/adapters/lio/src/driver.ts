/** What a driver of a LIO target needs to have for its lock. */
export interface LioDriver {
  /** Runs one `cinder-rtstool` command. */
  execute(...args: unknown[]): unknown;
}
