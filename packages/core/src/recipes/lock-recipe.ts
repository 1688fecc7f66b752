import type { Compare, KeyValue } from "../etcd/port.js";
import type { Session } from "../session/session.js";
import type { StopSignal } from "../stop-signal.js";
import type { Blocker } from "./blocker.js";
import type { MarkKeys } from "./recovery-marks.js";
import type { MarkSight } from "./tried-marks.js";

/** How global locks are laid down in etcd, so that all who follow the same recipe exclude each other. */
export interface LockRecipe {
  /**
   * How many locks one request may take, with a lock delay or without: etcd allows 128 operations in a transaction
   * by default, counted over the depth of transactions in it.
   */
  maxKeys(delayed: boolean): number;
  /**
   * Refuses a name that cannot be laid down.
   *
   * @throws InvalidArgumentError
   */
  assertName(name: string): void;
  /** One request for locks; does nothing yet. */
  claim(session: Session, request: ClaimRequest): Claim;
}

export interface ClaimRequest {
  /** The names of the locks, each once. */
  readonly names: readonly string[];
  /** The encoded record of who asks, never the same twice. */
  readonly owner: string;
  /** The recovery marks of the locks, in their order. */
  readonly marks: MarkKeys;
}

/** One request for global locks: its way to them, and what stands in etcd for it. */
export interface Claim {
  readonly session: Session;
  /** The recovery marks that belong to it while it holds. */
  readonly marks: MarkKeys;
  /** Recovery marks of others that were found at the grant: the locks must rest before they are used. */
  readonly foundMarks: readonly KeyValue[];
  /**
   * etcd's revision at which all locks of the claim were proved to be its own; what fencing tokens are made of.
   *
   * A lock goes from holder to holder by a deletion, which raises the revision, and a grant is a transaction that
   * a majority has agreed to after it. So a later holder always finds a greater revision, by whichever recipe
   * either of them took the lock. Create revisions would not do that where recipes are mixed: a key that waited
   * in a queue was created before keys that were granted, and gone, in the meantime.
   */
  readonly grantedAt: bigint;
  /**
   * Waits until all locks are granted. Once it has begun it cannot be called back: it settles, soon after the
   * signal aborts, when no request of its own is under way, and then `leave` is to be called unless it succeeded.
   *
   * @throws EtcdError, LockLostError, SessionLostError, or the signal's reason
   */
  acquire(wait: WaitOptions): Promise<void>;
  /**
   * Takes all locks if they are free and have no recovery marks but those in `rested`, which become its own;
   * otherwise writes nothing.
   */
  tryAcquire(rested: readonly KeyValue[]): Promise<TryOutcome>;
  /**
   * Makes the recovery marks that were found its own.
   *
   * @throws EtcdError, LockLostError, SessionLostError
   */
  takeOverMarks(): Promise<void>;
  /**
   * Gives back whatever stands for the claim, granted or not, whole or in part; nothing of anybody else. Only
   * deletes, which needs no space: it works when etcd's quota is exhausted. Can be repeated when it failed.
   *
   * @returns how many stay behind it, as far as that can be seen
   */
  leave(ending: Ending): Promise<number>;
  /** The compares that hold as long as the locks that were granted are held. */
  ownedBy(): readonly Compare[];
}

/**
 * How a claim ends, which decides about its recovery marks. `released`: its own go. `cut off`, as its holder did not
 * release it: they stay. `given up`, before it was used: what it has put over marks of others is undone.
 */
export type Ending = "released" | "cut off" | "given up";

export interface TryOutcome {
  readonly granted: boolean;
  /** Unless granted: what was seen of the locks with a delay. */
  readonly sights: readonly MarkSight[];
}

export interface WaitOptions {
  readonly signal: StopSignal;
  /** Told of who is in the way, each time that it is somebody else. */
  readonly onBlocked: (blockedBy: Blocker) => void;
}
