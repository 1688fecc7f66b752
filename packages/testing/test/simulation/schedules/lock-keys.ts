import type { KeyValue } from "@fenceline/core/etcd-port";
import type { EtcdStore } from "@fenceline/testing";

/** What the keys of queues begin with. */
export const QUEUES = "fenceline/locks/";
/** What the keys of recovery marks begin with. */
export const MARKS = "fenceline/marks/";
/** What the keys of locks begin with in Cinder's wire format, and those of their owners beside them. */
const TOOZ = "/tooz/lockscinder-";
const OWNERS = "fenceline/owners/";

/** Whether a key stands for a lock that somebody holds or waits for. */
export function isLockKey(key: string): boolean {
  return [QUEUES, TOOZ, OWNERS].some((prefix) => key.startsWith(prefix));
}

/** What stands in etcd for locks. */
export function lockKeysIn(store: EtcdStore): readonly KeyValue[] {
  return store
    .keys("")
    .filter(isLockKey)
    .map((key) => store.get(key) as KeyValue);
}

/** The name of the lock that a key stands for. */
export function lockNameIn(key: string): string {
  const name = key.startsWith(QUEUES) ? key.slice(QUEUES.length, key.lastIndexOf("/")) : key;
  return decodeURIComponent(name.replace(TOOZ, "").replace(OWNERS, ""));
}
