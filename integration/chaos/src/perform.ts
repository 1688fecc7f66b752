import { setTimeout as sleep } from "node:timers/promises";
import { type Coordinator, FencelineError, type Lock, type LockKey } from "@fenceline/core";
import { DATA_PREFIX } from "./messages.js";
import type { Recorder } from "./recorder.js";
import type { RegisterClient } from "./register-client.js";
import { lockName, type RequestLog, startRequestLog } from "./request-log.js";
import type { Wish } from "./wishes.js";

export interface PerformOptions {
  readonly coordinator: Coordinator;
  readonly recorder: Recorder;
  readonly register: RegisterClient;
  readonly worker: string;
  readonly operation: string;
  /**
   * Called under a global lock between the check of it and a write: who is stopped now writes late. Told for how
   * long the lock will be held.
   */
  readonly onChecked?: ((forMs: number) => void) | undefined;
}

/**
 * Does what a wish says, and writes down what is seen. Errors of Fenceline are a part of that; anything else is
 * thrown.
 */
export async function perform(wish: Wish, options: PerformOptions): Promise<void> {
  const log = startRequestLog(options.recorder, options.worker, options.operation, wish);
  try {
    await takeAndWork(wish, options, log);
    log.ended();
  } catch (error) {
    log.ended(error);
    if (!FencelineError.is(error) || error.code === "invalid_argument") throw error;
  }
}

async function takeAndWork(wish: Wish, options: PerformOptions, log: RequestLog): Promise<void> {
  const { coordinator } = options;
  const { keys, timeoutMs } = wish;
  const acquireOptions = { timeoutMs, operation: log.operation };
  if (wish.call === "withLock") {
    await coordinator.withLock(keys, acquireOptions, (lock) => work(lock, wish, options, log));
    return;
  }
  const lock =
    wish.call === "try"
      ? await coordinator.tryAcquire(keys, { operation: log.operation })
      : await coordinator.acquire(keys, acquireOptions);
  if (lock === undefined) {
    log.taken();
    return;
  }
  try {
    await work(lock, wish, options, log);
  } finally {
    await lock.release();
  }
}

/** Writes while it believes, as a careful user does: it looks at the lock before each step, and stops when refused. */
async function work(lock: Lock, wish: Wish, options: PerformOptions, log: RequestLog): Promise<void> {
  log.granted(lock);
  try {
    await writeAll(lock, options);
    for (let step = 0; step < wish.steps; step += 1) {
      lock.assertHeld();
      if (hasGlobal(lock)) options.onChecked?.((wish.steps - step) * wish.thinkMs);
      await sleep(wish.thinkMs);
      await writeAll(lock, options);
    }
    if (wish.writesToEtcd) await writeToEtcd(lock, options);
  } catch (error) {
    if (FencelineError.is(error, "lock_lost") || FencelineError.is(error, "stale_token")) {
      log.beliefEnded("refused");
    }
    if (!FencelineError.is(error)) throw error;
  } finally {
    log.releasing();
  }
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
