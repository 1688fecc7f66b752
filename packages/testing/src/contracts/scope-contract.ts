import assert from "node:assert/strict";
import type { Coordinator, LockKey } from "@fenceline/core";
import type { ContractCase } from "./contract-case.js";

/** Somebody else who wants a lock. */
export interface Contender {
  /** Tries to take the lock, gives it back at once, and tells whether it was free. */
  tryLock(key: LockKey): Promise<boolean>;
}

/** Where others who want a lock can be, seen from the holder. */
export interface Contenders {
  /** Another coordinator in the holder's process. */
  readonly sameProcess: Contender;
  /** Another process on the holder's host. */
  readonly sameHost: Contender;
  /** A process on another host: it shares the etcd, and not the lock directory. */
  readonly otherHost: Contender;
}

export interface ScopeContractOptions {
  /** Called in each case, when the holder and the contenders run. */
  readonly setUp: () => { readonly holder: Coordinator; readonly contenders: Contenders };
}

const excludes = {
  process: { sameProcess: true, sameHost: false, otherHost: false },
  node: { sameProcess: true, sameHost: true, otherHost: false },
  global: { sameProcess: true, sameHost: true, otherHost: true },
} as const;

/**
 * A lock excludes whom its scope says, and nobody else: a lock of the process those in it, one of the node those
 * on its host, a global one all.
 */
export function scopeContract(
  keys: readonly LockKey[],
  { setUp }: ScopeContractOptions,
): readonly ContractCase[] {
  return keys.map((key) => ({
    name: `${key.scope}:${key.name} excludes those that a ${key.scope} lock reaches, and nobody else`,
    async run() {
      const { contenders, holder } = setUp();
      const lock = await holder.acquire(key);
      try {
        assert.deepEqual(await areExcluded(contenders, key), excludes[key.scope]);
      } finally {
        await lock.release();
      }
      const afterwards = await areExcluded(contenders, key);
      assert.deepEqual(afterwards, { sameProcess: false, sameHost: false, otherHost: false });
    },
  }));
}

/** One after the other: each gives the lock back before the next one tries. */
async function areExcluded(contenders: Contenders, key: LockKey): Promise<Record<keyof Contenders, boolean>> {
  return {
    sameProcess: !(await contenders.sameProcess.tryLock(key)),
    sameHost: !(await contenders.sameHost.tryLock(key)),
    otherHost: !(await contenders.otherHost.tryLock(key)),
  };
}
