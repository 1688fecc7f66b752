import type { Clock } from "../clock.js";
import type { KeyValue } from "../etcd/port.js";
import { sleep } from "../signals.js";
import type { StopSignal } from "../stop-signal.js";
import type { Claim } from "./lock-recipe.js";
import { untilAnswered } from "./wait-turn.js";

export interface LockDelayOptions {
  readonly clock: Clock;
  /** Ends the wait with its reason; the claim stays and is the caller's to leave. */
  readonly signal: StopSignal;
  /** The delay of the lock that a mark belongs to, in milliseconds. */
  readonly delayMsOf: (mark: KeyValue) => number;
  /** Told of the mark with the longest delay, before the wait. */
  readonly onDelayed: (mark: KeyValue, delayMs: number) => void;
}

/**
 * Lets locks rest on which a claim that was granted has found recovery marks, and then makes the marks its own:
 * one call more, only after an unclean end. The delay is counted from now, when the marks were found. When the
 * unclean end was nobody knows, only that it was earlier.
 */
export async function waitLockDelay(claim: Claim, options: LockDelayOptions): Promise<void> {
  const [longest] = claim.foundMarks.toSorted((a, b) => options.delayMsOf(b) - options.delayMsOf(a));
  if (longest === undefined) return;
  const delayMs = options.delayMsOf(longest);
  options.onDelayed(longest, delayMs);
  const end = options.clock.now() + delayMs;
  // Timers may come a little before their time.
  for (let leftMs = delayMs; leftMs > 0; leftMs = end - options.clock.now()) {
    await sleep(options.clock, leftMs, options.signal);
  }
  await untilAnswered(() => claim.takeOverMarks(), options);
}
