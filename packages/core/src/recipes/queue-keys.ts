import { encodeName } from "../name-encoding.js";

/**
 * Where a coordinator's keys stand in etcd, all below `<namespace>/`:
 * `locks/<name>/<lease>` a queue entry, `sessions/<lease>` a session, `gates/<resource>` a token gate, and
 * `marks/<name>` a recovery mark: the only key of a lock that has no lease.
 */
export interface KeySpace {
  /** The queue of a lock: `etcdctl lock <namespace>/locks/<encoded name>` stands in the same one. */
  queuePrefix(name: string): string;
  /** The recovery mark of a lock. */
  markKey(name: string): string;
  readonly sessionPrefix: string;
  readonly gatePrefix: string;
}

export function createKeySpace(namespace: string): KeySpace {
  return {
    queuePrefix: (name) => `${namespace}/locks/${encodeName(name)}/`,
    markKey: (name) => `${namespace}/marks/${encodeName(name)}`,
    sessionPrefix: `${namespace}/sessions/`,
    gatePrefix: `${namespace}/gates/`,
  };
}

/** A queue entry's key, as Go's client makes it: the lease in lower-case hex without padding. */
export function entryKey(queuePrefix: string, leaseId: bigint): string {
  return `${queuePrefix}${leaseId.toString(16)}`;
}
