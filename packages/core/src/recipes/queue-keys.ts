import { InvalidArgumentError } from "../errors.js";
import { encodeName } from "../name-encoding.js";

/**
 * Where a coordinator's keys stand in etcd, all below `<namespace>/`:
 * `locks/<name>/<lease>` a queue entry, `owners/<name>` who holds a lock in Cinder's wire format,
 * `sessions/<lease>` a session, `gates/<resource>` a token gate, and `marks/<name>` a recovery mark: the only key
 * of a lock that has no lease.
 */
export interface KeySpace {
  /** The queue of a lock: `etcdctl lock <namespace>/locks/<encoded name>` stands in the same one. */
  queuePrefix(name: string): string;
  /** The recovery mark of a lock. */
  markKey(name: string): string;
  /** Beside `toozLockKey`, the value of which is not ours to choose. */
  ownerKey(name: string): string;
  readonly sessionPrefix: string;
  readonly gatePrefix: string;
}

export function createKeySpace(namespace: string): KeySpace {
  return {
    queuePrefix: (name) => `${namespace}/locks/${encodeName(name)}/`,
    markKey: (name) => `${namespace}/marks/${encodeName(name)}`,
    ownerKey: (name) => `${namespace}/owners/${encodeName(name)}`,
    sessionPrefix: `${namespace}/sessions/`,
    gatePrefix: `${namespace}/gates/`,
  };
}

/** A queue entry's key, as Go's client makes it: the lease in lower-case hex without padding. */
export function entryKey(queuePrefix: string, leaseId: bigint): string {
  return `${queuePrefix}${leaseId.toString(16)}`;
}

/** What all keys of tooz's locks begin with, in whatever namespace we are: a role needs readwrite on this prefix. */
export const TOOZ_LOCKS = "/tooz/locks";

/** Refuses a name that Cinder would refuse. */
export function assertToozName(name: string): void {
  if (/^\p{ASCII}*$/u.test(name)) return;
  throw new InvalidArgumentError("name", 'ASCII with wire "cinder", as Cinder takes no other', name);
}

/** The key that Cinder's coordination takes for a lock through tooz's etcd3gw driver; no slash between. */
export function toozLockKey(name: string): string {
  return `${TOOZ_LOCKS}cinder-${name}`;
}
