import type { Clock, Timer } from "../clock.js";
import { LockLostError, quoteName } from "../errors.js";
import type { FencingToken } from "../fencing/fencing-token.js";
import type { LockKey } from "../lock-key.js";
import type { LockFile } from "./lock-file.js";
import type { Grant, ReleaseFacts } from "./scope-locks.js";

/** How soon a holder is told that its lock file is gone, in milliseconds. */
const CHECK_INTERVAL_MS = 1000;

export interface NodeGrantOptions {
  readonly clock: Clock;
  /** The keys with their files, all of them locked. */
  readonly files: ReadonlyMap<LockKey, LockFile>;
  /** How many wait for the files in this process. */
  readonly waiters: () => number;
  /** Unlocks the files; idempotent. */
  readonly giveBack: () => void;
}

/** Locked files as a grant: draws their tokens, and watches that they stay where others look for them. */
export function createNodeGrant({ clock, files, waiters, giveBack }: NodeGrantOptions): Grant {
  const tokens = new Map<string, FencingToken>();
  for (const [key, file] of files) tokens.set(key.name, file.nextToken(clock.wallNow()));

  let lost: LockLostError | undefined;
  let tellLost: ((error: LockLostError) => void) | undefined;
  let timer: Timer | undefined;
  let releaseFacts: ReleaseFacts | undefined;

  const check = (): LockLostError | undefined => {
    if (lost !== undefined) return lost;
    for (const [key, file] of files) {
      if (file.isInPlace()) continue;
      const why = `its file ${quoteName(file.path)} was removed or replaced, and others can lock the new one`;
      lost = new LockLostError([key.name], why);
      timer?.cancel();
      tellLost?.(lost);
      return lost;
    }
    return undefined;
  };
  const watch = (): void => {
    timer = clock.startTimer(CHECK_INTERVAL_MS, () => {
      if (check() === undefined) watch();
    });
  };

  return {
    tokenOf: (key) => tokens.get(key.name) as FencingToken,
    assertHeld() {
      const error = check();
      if (error !== undefined) throw error;
    },
    onLost(listener) {
      tellLost = listener;
      watch();
    },
    async release() {
      timer?.cancel();
      tellLost = undefined;
      releaseFacts ??= { waiters: waiters(), handedOver: false };
      giveBack();
    },
    get releaseFacts() {
      return releaseFacts;
    },
  };
}
