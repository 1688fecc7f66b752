import type { Clock } from "../clock.js";
import { debug } from "../debug.js";
import { EtcdError } from "../errors.js";
import type { DeletionWatches } from "../etcd/deletion-watches.js";
import type { Session } from "../session/session.js";
import { raceSignal, sleep } from "../signals.js";
import type { BlockingKey } from "./blocker.js";
import type { WaitOptions } from "./lock-recipe.js";

export interface WaitTurnOptions extends WaitOptions {
  readonly clock: Clock;
  readonly watches: DeletionWatches;
  /** Asks etcd who is in the way; nobody means that the lock is granted. */
  readonly look: () => Promise<BlockingKey | undefined>;
  /** When its key goes there is nothing to wait for; and after each of its TTLs it is time to look again. */
  readonly session: Session;
}

/** While etcd cannot be asked or watched, the pause between two tries, in milliseconds. */
const RETRY_MS = 200;

/**
 * Waits until nobody is in the way. Watches the one key that is, so that a release wakes one waiter; looks after
 * each wake-up, once in a TTL in any case, and after each watch was set, unless it stood before the key was seen: the
 * watch only says when to look, what was seen decides.
 */
export async function waitTurn(first: BlockingKey | undefined, options: WaitTurnOptions): Promise<void> {
  let blocker = first;
  while (blocker !== undefined) {
    options.onBlocked(blocker.by);
    using ahead = options.watches.watch(blocker.kv.key, blocker.kv.createRevision, blocker.queue);
    using own = options.watches.watch(options.session.key, 0n, options.session.key);
    if (!ahead.stoodAt(blocker.seenAt) || !own.stoodAt(blocker.seenAt)) {
      await anyOrTime([Promise.all([ahead.ready, own.ready])], options);
      const stillBlocker = await untilAnswered(options.look, options);
      if (!isSame(stillBlocker, blocker)) {
        blocker = stillBlocker;
        continue;
      }
    }
    await anyOrTime([ahead.fired, own.fired], options);
    const nextBlocker = await untilAnswered(options.look, options);
    // Nothing was deleted: etcd refuses to watch, or the streams break, and will again.
    if (isSame(nextBlocker, blocker)) await sleep(options.clock, RETRY_MS, options.signal);
    blocker = nextBlocker;
  }
}

function isSame(a: BlockingKey | undefined, b: BlockingKey): boolean {
  return a?.kv.key === b.kv.key && a.kv.createRevision === b.kv.createRevision;
}

/**
 * Asks until etcd answers; the session's end, told through the signal, bounds it. An answer that is under way is
 * waited for also when the signal aborts.
 */
export async function untilAnswered<T>(
  ask: () => Promise<T>,
  options: Pick<WaitTurnOptions, "clock" | "signal">,
): Promise<T> {
  for (;;) {
    options.signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof EtcdError && error.retryable)) throw error;
      debug("waiting goes on: %s", error.message);
      await sleep(options.clock, RETRY_MS, options.signal);
    }
  }
}

async function anyOrTime(promises: readonly Promise<unknown>[], options: WaitTurnOptions): Promise<void> {
  let timer: { cancel(): void } | undefined;
  const time = new Promise<void>((resolve) => {
    timer = options.clock.startTimer(options.session.ttlMs, resolve);
  });
  try {
    await raceSignal(Promise.race([...promises, time]), options.signal);
  } finally {
    timer?.cancel();
  }
}
