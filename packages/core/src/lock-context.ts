import { AsyncLocalStorage } from "node:async_hooks";
import { AlreadyHeldError } from "./errors.js";
import type { Lock } from "./lock.js";
import { describeKey, type LockKey } from "./lock-key.js";

/** A lock that also tells whether it was given back. */
export interface ContextLock extends Lock {
  readonly released: boolean;
}

/** Empty after the release: whatever was made in a lock's context, the next lock also, would keep the lock. */
export interface Holding {
  lock?: ContextLock | undefined;
}

/** Where in a program something was called. */
export interface Place {
  readonly stack?: string;
}

interface Frame {
  readonly holding: Holding;
  /** Where the lock was asked for. */
  readonly place: Place;
  readonly outer: Frame | undefined;
}

const frames = new AsyncLocalStorage<Frame>();

/** Runs `work` in the async context of a lock. */
export function runInLock<T>(holding: Holding, place: Place, work: () => T): T {
  return frames.run({ holding, place, outer: innermost() }, work);
}

/** The innermost frame that was not released. */
function innermost(): Frame | undefined {
  let frame = frames.getStore();
  while (frame !== undefined && frame.holding.lock?.released !== false) frame = frame.outer;
  return frame;
}

/**
 * The innermost lock in the async context of which this code runs: inside the callback of `withLock`, inside a
 * guarded driver method, or inside `lock.run`. `undefined` outside of all, or after the release. A lock that was
 * lost is given all the same: its `assertHeld()` throws, which no lock at all could not.
 */
export function currentLock(): Lock | undefined {
  return innermost()?.holding.lock;
}

/** Throws `AlreadyHeldError` if this async context holds one of the keys: waiting for it would never end. */
export function assertNotNested(keys: readonly LockKey[]): void {
  for (let frame = innermost(); frame !== undefined; frame = frame.outer) {
    const { lock } = frame.holding;
    if (!lock?.held) continue;
    const held = new Set(lock.keys.map(describeKey));
    const nested = keys.find((key) => held.has(describeKey(key)));
    if (nested !== undefined) throw new AlreadyHeldError(nested.name, stackOf(frame.place));
  }
}

/** The place of the call of `caller`, for an error that has to name it later. */
export function placeOf(caller: (...parameters: never[]) => unknown): Place {
  const place = {};
  Error.captureStackTrace(place, caller);
  return place;
}

function stackOf(place: Place): string {
  return (place.stack ?? "").split("\n").slice(1).join("\n");
}
