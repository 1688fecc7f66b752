import { setTimeout as sleep } from "node:timers/promises";
import type { Lock, LockKey } from "@fenceline/core";
import { DATA_PREFIX } from "./messages.js";
import type { RegisterClient } from "./register-client.js";
import { makeRequest, type Requester } from "./request.js";
import { lockName } from "./request-log.js";
import type { Wish } from "./wishes.js";

export interface PerformOptions extends Requester {
  readonly register: RegisterClient;
  /**
   * Called under a global lock between the check of it and a write: who is stopped now writes late. Told for how
   * long the lock will be held.
   */
  readonly onChecked?: ((forMs: number) => void) | undefined;
}

/** Does what a wish says, and writes down what is seen. */
export function perform(wish: Wish, options: PerformOptions): Promise<void> {
  return makeRequest(wish, options, (lock) => work(lock, wish, options));
}

/** Writes while it believes, as a careful user does: it looks at the lock before each step, and stops when refused. */
async function work(lock: Lock, wish: Wish, options: PerformOptions): Promise<void> {
  await writeAll(lock, options);
  for (let step = 0; step < wish.steps; step += 1) {
    lock.assertHeld();
    if (hasGlobal(lock)) options.onChecked?.((wish.steps - step) * wish.thinkMs);
    await sleep(wish.thinkMs);
    await writeAll(lock, options);
  }
  if (wish.writesToEtcd) await writeToEtcd(lock, options);
}

function hasGlobal(lock: Lock): boolean {
  return lock.keys.some(({ scope }) => scope === "global");
}

async function writeAll(lock: Lock, { register, worker }: PerformOptions): Promise<void> {
  for (const key of lock.keys) {
    await register.write({ worker, lock: lockName(key), token: lock.tokenOf(key) });
  }
}

async function writeToEtcd(lock: Lock, { worker }: PerformOptions): Promise<void> {
  if (!hasGlobal(lock)) return;
  const globals = lock.keys.filter(({ scope }) => scope === "global");
  await lock.guardedTxn((txn) => {
    for (const key of globals) txn.put(DATA_PREFIX + lockName(key)).value(describeWrite(lock, key, worker));
  });
}

/** What is written under a lock: by whom, with which token. */
function describeWrite(lock: Lock, key: LockKey, worker: string): string {
  return JSON.stringify({ worker, lock: lockName(key), token: `${lock.tokenOf(key)}` });
}
