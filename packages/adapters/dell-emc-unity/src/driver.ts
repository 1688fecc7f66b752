/** What a driver of a Unity array needs to have for its lock. */
export interface UnityDriver {
  /** Address of the management interface of the array that the driver talks to. */
  readonly sanIp: string;
  /** Cinder's option `remove_empty_host`: hosts without LUNs are deleted at detach. Cinder's default is false. */
  readonly removeEmptyHost: boolean;
  createHost(name: string, ...rest: unknown[]): unknown;
  createHostAndAttach(hostName: string, ...rest: unknown[]): unknown;
  detachAndDeleteHost(hostName: string, ...rest: unknown[]): unknown;
}
