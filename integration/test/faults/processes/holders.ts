import assert from "node:assert/strict";
import type { Coordinator, Lock, LockKey } from "@fenceline/core";
import { createNodes, type TestNodes } from "../../nodes.js";
import { suiteEtcd } from "../../suite-etcd.js";
import { type Holder, startHolder } from "./holder.js";
import { dataKey, type Work } from "./holder-works.js";
import { TTL_MS } from "./timing.js";

/** Holders in processes of their own, and a node in this process that waits for what they hold. */
export interface Holders extends AsyncDisposable {
  readonly nodes: TestNodes;
  readonly waiter: Coordinator;
  start(work: Work, keys: readonly (LockKey | string)[], env?: NodeJS.ProcessEnv): Promise<Holder>;
  /** Waits for the lock and writes under it, guarded by the lock and by its token. */
  succeed(name: string): Promise<Lock>;
  /** What stands where those write who hold the lock. */
  written(name: string): Promise<string | null>;
}

export async function createHolders(title: string): Promise<Holders> {
  const nodes = await createNodes(title);
  const { endpoints } = await suiteEtcd();
  const { namespace } = nodes;
  const options = { etcd: { hosts: endpoints }, namespace, ttlMs: TTL_MS };
  const waiter = await nodes.connect("waiter", { ttlMs: TTL_MS });
  return {
    nodes,
    waiter,
    start: (work, keys, env) => startHolder(options, keys, work, env),
    async succeed(name) {
      const lock = await waiter.acquire(name, { timeoutMs: 20_000 });
      await lock.guardedTxn((txn) => txn.put(dataKey(namespace, name)).value("successor"));
      await waiter.tokenGate().admit(name, lock.token);
      return lock;
    },
    written: (name) => nodes.read(dataKey(namespace, name)),
    [Symbol.asyncDispose]: () => nodes[Symbol.asyncDispose](),
  };
}

/** Asserts that the newer lock is held, by whoever has the greater token. */
export function assertSucceeded(holder: Holder, lock: Lock): void {
  assert.ok(lock.token > holder.token);
  lock.assertHeld();
}
