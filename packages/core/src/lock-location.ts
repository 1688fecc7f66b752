import { resolveNamespace } from "./connect-settings.js";
import { type LockKey, toLockKey } from "./lock-key.js";
import { assertToozName, createKeySpace, toozLockKey } from "./recipes/queue-keys.js";
import { createLockFilePaths, type LockFileNaming } from "./scopes/lock-file-naming.js";
import { resolveWire, type WireFormat } from "./wire-format.js";

export interface LockLocationOptions {
  /** As for `connect`. Default: "fenceline". */
  readonly namespace?: string | undefined;
  /** As for `connect`. Default: `"etcd"`. */
  readonly wire?: WireFormat | readonly WireFormat[] | undefined;
  /** As for `connect`. */
  readonly lockDirectory?: string | undefined;
  /** As for `connect`. Default: `"fenceline"`. */
  readonly lockFiles?: LockFileNaming | undefined;
}

/** Where a lock stands; what its scope and its wire format do not have is left out. */
export interface LockLocation {
  /** Wire format `etcd`: what the keys of the queue begin with. */
  readonly queuePrefix?: string;
  /** The name under which `etcdctl lock` and Go's `concurrency.Mutex` stand in that queue. */
  readonly queueName?: string;
  /** Wire format `cinder`: the key, which Python nodes write as well. */
  readonly toozKey?: string;
  /** Who holds that key, if one of ours does. */
  readonly ownerKey?: string;
  /** Node scope: the file. */
  readonly path?: string;
}

/**
 * Says where a lock stands for coordinators with these options. Asks neither etcd nor the file system. A lock of
 * process scope stands nowhere.
 *
 * @example
 * ```ts
 * const { queueName } = lockLocation("array 7/lun 1", { namespace: "volumes" });
 * console.log(`etcdctl lock ${queueName}`); // etcdctl lock volumes/locks/array%207%2Flun%201
 * ```
 *
 * @param key a key as it is taken; what `minimumScope` makes of it, `coordinator.effectiveKey(key)` says
 * @throws InvalidArgumentError
 */
export function lockLocation(key: LockKey | string, options: LockLocationOptions = {}): LockLocation {
  const { name, scope } = toLockKey(key);
  const keySpace = createKeySpace(resolveNamespace(options.namespace));
  const wire = resolveWire(options.wire ?? "etcd");
  const files = createLockFilePaths(options.lockFiles, options.lockDirectory);
  if (scope === "process") return {};
  if (scope === "node") {
    files.assertName(name);
    return { path: files.pathOf(name) };
  }
  if (wire.includes("cinder")) assertToozName(name);
  const queuePrefix = keySpace.queuePrefix(name);
  return {
    ...(wire.includes("etcd") ? { queuePrefix, queueName: queuePrefix.slice(0, -1) } : {}),
    ...(wire.includes("cinder") ? { toozKey: toozLockKey(name), ownerKey: keySpace.ownerKey(name) } : {}),
  };
}
