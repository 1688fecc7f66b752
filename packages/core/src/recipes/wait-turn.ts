import type { Clock } from "../clock.js";
import { debug } from "../debug.js";
import { EtcdError } from "../errors.js";
import type { DeletionWatches } from "../etcd/deletion-watches.js";
import type { EtcdPort, KeyValue } from "../etcd/port.js";
import { raceSignal, sleep } from "../signals.js";
import { type Enqueued, inspect } from "./mutex-queue.js";

/** What a wait of an entry in etcd's queues needs. */
export interface WaitOptions {
  readonly port: EtcdPort;
  readonly clock: Clock;
  /** Ends the wait with its reason; the entry stays and is the caller's to remove. */
  readonly signal: AbortSignal;
}

export interface WaitTurnOptions extends WaitOptions {
  readonly watches: DeletionWatches;
  /** Told of the entry that is waited for, each time that it is another one. */
  readonly onBlocked?: ((blocker: KeyValue) => void) | undefined;
}

/** While etcd cannot be asked or watched, the pause between two tries, in milliseconds. */
const RETRY_MS = 200;

/**
 * Waits until nobody stands before the entry. Watches the one entry before it, so that a release wakes one
 * waiter; reads after each watch was set and after each wake-up, and once in a TTL in any case: the watch only
 * says when to read, what was read decides.
 *
 * @returns what was read last
 */
export async function waitTurn(enqueued: Enqueued, options: WaitTurnOptions): Promise<Enqueued> {
  const { entry } = enqueued;
  const look = () => untilAnswered(() => inspect(options.port, entry), options);
  let latest = enqueued;
  for (;;) {
    const [blocker] = latest.blockers;
    if (blocker === undefined) return latest;
    options.onBlocked?.(blocker);
    using ahead = options.watches.watch(blocker.key);
    // Its own entry goes when the session ends or an operator removes it: then there is nothing to wait for.
    using own = options.watches.watch(entry.keys[0] as string);
    await anyOrTime([Promise.all([ahead.ready, own.ready])], entry.session.ttlMs, options);
    latest = await look();
    if (!isSame(latest.blockers[0], blocker)) continue;
    await anyOrTime([ahead.fired, own.fired], entry.session.ttlMs, options);
    latest = await look();
    // Nothing was deleted: etcd refuses to watch, or the streams break, and will again.
    if (isSame(latest.blockers[0], blocker)) await sleep(options.clock, RETRY_MS, options.signal);
  }
}

function isSame(a: KeyValue | undefined, b: KeyValue): boolean {
  return a?.key === b.key && a.createRevision === b.createRevision;
}

/** Asks until etcd answers; the session's end, told through the signal, bounds it. */
export async function untilAnswered<T>(ask: () => Promise<T>, options: WaitOptions): Promise<T> {
  for (;;) {
    options.signal.throwIfAborted();
    try {
      return await raceSignal(ask(), options.signal);
    } catch (error) {
      if (!(error instanceof EtcdError && error.retryable)) throw error;
      debug("waiting goes on: %s", error.message);
      await sleep(options.clock, RETRY_MS, options.signal);
    }
  }
}

async function anyOrTime(
  promises: readonly Promise<unknown>[],
  timeMs: number,
  options: WaitTurnOptions,
): Promise<void> {
  let timer: { cancel(): void } | undefined;
  const time = new Promise<void>((resolve) => {
    timer = options.clock.startTimer(timeMs, resolve);
  });
  try {
    await raceSignal(Promise.race([...promises, time]), options.signal);
  } finally {
    timer?.cancel();
  }
}
