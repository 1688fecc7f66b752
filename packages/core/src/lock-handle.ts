import { InvalidArgumentError, LockLostError } from "./errors.js";
import { createTxnBuilder } from "./etcd/txn-builder.js";
import type { FencingToken } from "./fencing/fencing-token.js";
import type { Lock } from "./lock.js";
import { type ContextLock, runInLock } from "./lock-context.js";
import { describeKey, type LockKey } from "./lock-key.js";
import type { Grant, ReleaseFacts } from "./scopes/scope-locks.js";

export interface LockHandleOptions {
  readonly keys: readonly LockKey[];
  /** The grants of the scopes, in the order in which they were taken, each with its keys. */
  readonly grants: readonly { readonly grant: Grant; readonly keys: readonly LockKey[] }[];
  /** Where the lock was asked for. */
  readonly place: Error;
  /** The key that was taken when this one was asked for. */
  readonly effectiveKey: (key: LockKey | string) => LockKey;
  /** Wraps the giving back, for interceptors. */
  readonly aroundRelease: (lock: Lock, release: () => Promise<void>) => Promise<void>;
  /** Told before anything else can be told of the lock. */
  readonly onGranted: (lock: Lock) => void;
  /** Told at most once, when the lock is lost before it is released. */
  readonly onLost: (lock: Lock, error: LockLostError) => void;
  readonly onReleased: (lock: Lock, facts: ReleaseFacts) => void;
}

export interface LockHandle extends ContextLock {
  /** Ends the holding from outside, as when the coordinator is closed; the lock counts as lost. */
  revoke(error: LockLostError): Promise<void>;
  /** Throws the `LockLostError` if the lock was lost before it was released. */
  assertNotLost(): void;
  /** Resolves when the holding is over, by release or by loss. */
  readonly ended: Promise<void>;
}

/** What a user holds: the grants of one scope or several as one lock. */
export function createLockHandle(options: LockHandleOptions): LockHandle {
  const { keys, grants } = options;
  const grantOf = new Map(
    grants.flatMap(({ grant, keys: granted }) => granted.map((key) => [describeKey(key), grant])),
  );
  let controller: AbortController | undefined;
  let lost: LockLostError | undefined;
  let releasing: Promise<void> | undefined;
  let end!: () => void;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });

  const lose = (error: LockLostError): void => {
    if (lost !== undefined || releasing !== undefined) return;
    lost = error;
    controller?.abort(error);
    end();
    options.onLost(lock, error);
  };

  const tokenOf = (asked: LockKey | string): FencingToken => {
    const key = options.effectiveKey(asked);
    const grant = grantOf.get(describeKey(key));
    if (grant === undefined) {
      const held = keys.map(describeKey).join(", ");
      throw new InvalidArgumentError("key", `one of the keys of this lock (${held})`, describeKey(key));
    }
    return grant.tokenOf(key);
  };

  const releaseAll = async (cutOff: boolean): Promise<void> => {
    end();
    for (const { grant } of grants.toReversed()) await grant.release({ cutOff });
    const facts = grants.map(({ grant }) => grant.releaseFacts);
    options.onReleased(lock, {
      waiters: facts.reduce((sum, known) => sum + (known?.waiters ?? 0), 0),
      handedOver: facts.some((known) => known?.handedOver === true),
    });
    holding.lock = undefined;
  };

  const lock: LockHandle = {
    keys,
    recoveredFrom: grants.flatMap(({ grant }) => grant.recoveredFrom ?? []),
    token: tokenOf(keys[0] as LockKey),
    tokenOf,
    get signal() {
      controller ??= new AbortController();
      if (lost !== undefined) controller.abort(lost);
      return controller.signal;
    },
    get held() {
      try {
        lock.assertHeld();
        return true;
      } catch {
        return false;
      }
    },
    assertHeld() {
      for (const { grant } of grants) grant.assertHeld();
      if (lost !== undefined) throw lost;
      if (releasing !== undefined) {
        throw new LockLostError(
          keys.map((key) => key.name),
          "it was released",
        );
      }
    },
    async run(work) {
      return runInLock(holding, options.place, () => work(lock));
    },
    async guardedTxn(build) {
      const { grant } = grants.find((candidate) => candidate.grant.guardedTxn !== undefined) ?? {};
      if (grant?.guardedTxn === undefined) {
        throw new InvalidArgumentError("keys", "a lock of scope global, to guard writes to etcd", keys[0]);
      }
      const txn = createTxnBuilder();
      build(txn);
      const request = txn.request();
      lock.assertHeld();
      return txn.result(await grant.guardedTxn(request));
    },
    release() {
      releasing ??= options.aroundRelease(lock, () => releaseAll(false));
      return releasing;
    },
    ended,
    get released() {
      return releasing !== undefined;
    },
    assertNotLost() {
      if (releasing === undefined) lock.assertHeld();
      if (lost !== undefined) throw lost;
    },
    async revoke(error) {
      const cutOff = releasing === undefined;
      lose(error);
      // Not through the interceptors: a release that hangs in one of them must not hold this up.
      const released = releaseAll(cutOff);
      releasing ??= released;
      await released;
    },
    [Symbol.asyncDispose]: () => lock.release(),
  };
  const holding: { lock?: ContextLock | undefined } = { lock };
  options.onGranted(lock);
  for (const { grant } of grants) grant.onLost(lose);
  return lock;
}
