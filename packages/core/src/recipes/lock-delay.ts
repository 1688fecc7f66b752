import type { KeyValue } from "../etcd/port.js";
import { sleep } from "../signals.js";
import { type Enqueued, takeOverMarks } from "./mutex-queue.js";
import { untilAnswered, type WaitOptions } from "./wait-turn.js";

export interface LockDelayOptions extends WaitOptions {
  /** The delay of the lock that a mark belongs to, in milliseconds. */
  readonly delayMsOf: (mark: KeyValue) => number;
  /** Told of the mark with the longest delay, before the wait. */
  readonly onDelayed: (mark: KeyValue, delayMs: number) => void;
}

/**
 * Lets locks rest on which an entry that holds them has found recovery marks, and then makes the marks its own:
 * one call more, only after an unclean end. The delay is counted from now, when the marks were found. When the
 * unclean end was nobody knows, only that it was earlier.
 */
export async function waitLockDelay(held: Enqueued, options: LockDelayOptions): Promise<void> {
  const { entry, foundMarks } = held;
  const [longest] = foundMarks.toSorted((a, b) => options.delayMsOf(b) - options.delayMsOf(a));
  if (longest === undefined) return;
  const delayMs = options.delayMsOf(longest);
  options.onDelayed(longest, delayMs);
  const end = options.clock.now() + delayMs;
  // Timers may come a little before their time.
  for (let leftMs = delayMs; leftMs > 0; leftMs = end - options.clock.now()) {
    await sleep(options.clock, leftMs, options.signal);
  }
  await untilAnswered(() => takeOverMarks(options.port, entry, foundMarks), options);
}
