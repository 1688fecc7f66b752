import type { TlsMaterial } from "../tls/tls-material.js";
import type { EtcdMember } from "./etcd-member.js";
import type { AuthOptions } from "./start-options.js";

/** A real etcd for tests. Disposing it leaves nothing behind: no process, no container, no file. */
export interface EtcdCluster extends AsyncDisposable {
  readonly kind: "process" | "container" | "existing";
  /** For example `"3.5.16"`. */
  readonly version: string;
  /** The URLs that clients use, one of each member. */
  readonly endpoints: readonly string[];
  readonly members: readonly EtcdMember[];
  /** What clients need where TLS is on. */
  readonly tls: TlsMaterial | undefined;
  /** The user for clients, and root's password, where authentication is on. */
  readonly auth: ClusterAuth | undefined;
  /**
   * The member that leads now.
   *
   * @throws EtcdStartError if none leads within `timeoutMs` of the start options.
   */
  leader(): Promise<EtcdMember>;
  /**
   * Waits until every member that runs, and is neither paused nor partitioned, takes writes.
   *
   * @throws EtcdStartError
   */
  ready(): Promise<void>;
}

export interface ClusterAuth extends AuthOptions {
  readonly rootPassword: string;
}
