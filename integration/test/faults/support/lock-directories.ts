import assert from "node:assert/strict";
import { connect, type ErrorCode, FencelineError, type LockKey, lockKey } from "@fenceline/core";

/** What is locked in lock directories that something is wrong with. */
export const key: LockKey = lockKey("node", "volume");

/** Asking for a lock in the directory must fail with the code, in its message say why, and not take long. */
export async function assertLockRefused(lockDirectory: string, code: ErrorCode, why: RegExp): Promise<void> {
  await using coordinator = await connect({ etcd: false, lockDirectory });
  const startedAt = performance.now();
  for (const attempt of [() => coordinator.acquire(key), () => coordinator.tryAcquire(key)]) {
    await assert.rejects(attempt(), (error) => {
      assert.ok(FencelineError.is(error, code), `${error}`);
      assert.match(error.message, why);
      return true;
    });
  }
  assert.ok(performance.now() - startedAt < 1_000);
}

/** A lock in the directory can be taken. */
export async function assertUsable(lockDirectory: string): Promise<void> {
  await using coordinator = await connect({ etcd: false, lockDirectory });
  await coordinator.withLock(key, (lock) => lock.assertHeld());
}
