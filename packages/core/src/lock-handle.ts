import { InvalidArgumentError, LockLostError } from "./errors.js";
import { createTxnBuilder, type GuardedTxn, type GuardedTxnResult } from "./etcd/txn-builder.js";
import type { FencingToken } from "./fencing/fencing-token.js";
import type { Lock } from "./lock.js";
import { type ContextLock, type Holding, type Place, placeOf, runInLock } from "./lock-context.js";
import { describeKey, type LockKey } from "./lock-key.js";
import type { Ending } from "./recipes/lock-recipe.js";
import type { RecoveryMark } from "./recipes/recovery-marks.js";
import type { RosterEntry } from "./roster.js";
import type { Grant, ReleaseFacts } from "./scopes/scope-locks.js";

/** The grant of one scope, with its keys. */
export interface Granted {
  readonly grant: Grant;
  readonly keys: readonly LockKey[];
}

/** What all handles of a coordinator have in common. */
export interface LockHandleContext {
  /** The key that was taken when this one was asked for. */
  effectiveKey(key: LockKey | string): LockKey;
  /** Wraps the giving back, for interceptors. */
  aroundRelease(lock: Lock, release: () => Promise<void>): Promise<void>;
  /** Told at most once, when the lock is lost before it is released. */
  onLost(lock: Lock, error: LockLostError): void;
  onReleased(lock: LockHandle, facts: ReleaseFacts): void;
}

/** What a user holds: the grants of one scope or several as one lock. */
export class LockHandle implements ContextLock {
  readonly keys: readonly LockKey[];
  readonly token: FencingToken;
  /** Its place among those that the coordinator has to give back when it is closed. */
  heldBy: RosterEntry<LockHandle> | undefined;
  readonly #context: LockHandleContext;
  /** In the order in which they were taken. */
  readonly #granted: readonly Granted[];
  /** Where the lock was asked for, if its async context is that of a callback. */
  readonly #place: Place | undefined;
  readonly #holding: Holding;
  #controller: AbortController | undefined;
  #lost: LockLostError | undefined;
  #releasing: Promise<void> | undefined;
  #tellEnded: (() => void) | undefined;

  constructor(
    context: LockHandleContext,
    keys: readonly LockKey[],
    granted: readonly Granted[],
    place: Place | undefined,
  ) {
    this.#context = context;
    this.#granted = granted;
    this.#place = place;
    this.#holding = { lock: this };
    this.keys = keys;
    this.token = this.#tokenOf(keys[0] as LockKey) as FencingToken;
  }

  /** Begins to listen for the loss of the lock, which may be told of at once. */
  watch(): void {
    for (const { grant } of this.#granted) grant.onLost((error) => this.#lose(error));
  }

  get recoveredFrom(): readonly RecoveryMark[] {
    return this.#granted.flatMap(({ grant }) => grant.recoveredFrom ?? []);
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#lost !== undefined) this.#controller.abort(this.#lost);
    return this.#controller.signal;
  }

  get held(): boolean {
    try {
      this.assertHeld();
      return true;
    } catch {
      return false;
    }
  }

  get released(): boolean {
    return this.#releasing !== undefined;
  }

  /** Resolves when the holding is over, by release or by loss. To be asked for once. */
  get ended(): Promise<void> {
    if (this.#lost !== undefined || this.#releasing !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#tellEnded = resolve;
    });
  }

  tokenOf(asked: LockKey | string): FencingToken {
    const key = this.#context.effectiveKey(asked);
    const token = this.#tokenOf(key);
    if (token !== undefined) return token;
    const held = this.keys.map(describeKey).join(", ");
    throw new InvalidArgumentError("key", `one of the keys of this lock (${held})`, describeKey(key));
  }

  #tokenOf({ scope, name }: LockKey): FencingToken | undefined {
    for (const { grant, keys } of this.#granted) {
      const key = keys.find((one) => one.scope === scope && one.name === name);
      if (key !== undefined) return grant.tokenOf(key);
    }
    return undefined;
  }

  assertHeld(): void {
    for (const { grant } of this.#granted) grant.assertHeld();
    if (this.#lost !== undefined) throw this.#lost;
    if (this.#releasing !== undefined) {
      throw new LockLostError(
        this.keys.map((key) => key.name),
        "it was released",
      );
    }
  }

  /** Throws the `LockLostError` if the lock was lost before it was released. */
  assertNotLost(): void {
    if (this.#releasing === undefined) this.assertHeld();
    if (this.#lost !== undefined) throw this.#lost;
  }

  async run<T>(work: (lock: Lock) => T | Promise<T>): Promise<T> {
    return runInLock(this.#holding, this.#place ?? placeOf(this.run), () => work(this));
  }

  async guardedTxn(build: (txn: GuardedTxn) => unknown): Promise<GuardedTxnResult> {
    const { grant } = this.#granted.find((candidate) => candidate.grant.guardedTxn !== undefined) ?? {};
    if (grant?.guardedTxn === undefined) {
      throw new InvalidArgumentError("keys", "a lock of scope global, to guard writes to etcd", this.keys[0]);
    }
    const txn = createTxnBuilder();
    build(txn);
    const request = txn.request();
    this.assertHeld();
    return txn.result(await grant.guardedTxn(request));
  }

  release(): Promise<void> {
    return this.#end("released");
  }

  /** Gives the lock back that nobody has worked under. */
  giveUp(): Promise<void> {
    return this.#end("given up");
  }

  #end(ending: Ending): Promise<void> {
    this.#releasing ??= this.#context.aroundRelease(this, () => this.#releaseAll(ending));
    return this.#releasing;
  }

  /** Ends the holding from outside, as when the coordinator is closed; the lock counts as lost. */
  async revoke(error: LockLostError): Promise<void> {
    const ending = this.#releasing === undefined ? "cut off" : "released";
    this.#lose(error);
    // Not through the interceptors: a release that hangs in one of them must not hold this up.
    const released = this.#releaseAll(ending);
    this.#releasing ??= released;
    await released;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }

  #lose(error: LockLostError): void {
    if (this.#lost !== undefined || this.#releasing !== undefined) return;
    this.#lost = error;
    this.#controller?.abort(error);
    this.#tellEnded?.();
    this.#context.onLost(this, error);
  }

  async #releaseAll(ending: Ending): Promise<void> {
    this.#tellEnded?.();
    let waiters = 0;
    let handedOver = false;
    for (let i = this.#granted.length - 1; i >= 0; i -= 1) {
      const { grant } = this.#granted[i] as Granted;
      await grant.release(ending);
      waiters += grant.releaseFacts?.waiters ?? 0;
      handedOver ||= grant.releaseFacts?.handedOver === true;
    }
    this.#context.onReleased(this, { waiters, handedOver });
    this.#holding.lock = undefined;
  }
}
