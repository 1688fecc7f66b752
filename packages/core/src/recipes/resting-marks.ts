import type { Clock } from "../clock.js";
import type { KeyValue } from "../etcd/port.js";
import type { MarkSight } from "./tried-marks.js";

/** How many marks are remembered. One that was forgotten is counted anew when it is seen again. */
const MOST_MARKS = 10_000;

/**
 * Since when locks have rested that are only ever tried. A try does not wait for the delay of a lock after an
 * unclean end; it fails, and what it has seen is remembered here, so that one after the delay can take the lock.
 *
 * The delay is counted from when the mark was first seen beside a free lock. Whoever takes the lock writes the mark
 * anew, so one of the same revision is still that of the same unclean end, whoever has waited in between.
 */
export class RestingMarks {
  readonly #clock: Clock;
  readonly #seen = new Map<string, { readonly mark: KeyValue; readonly since: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The mark of that key, if its lock has rested for the delay as far as is known here. */
  rested(key: string, delayMs: number): KeyValue | undefined {
    const seen = this.#seen.get(key);
    return seen !== undefined && this.#clock.now() - seen.since >= delayMs ? seen.mark : undefined;
  }

  /** Takes in what a try that failed has seen; a mark that has gone, or is another now, is forgotten. */
  note({ key, mark, isFree }: MarkSight): void {
    if (this.#seen.get(key)?.mark.modRevision === mark?.modRevision) return;
    this.forget(key);
    if (mark === undefined || !isFree) return;
    this.#seen.set(key, { mark, since: this.#clock.now() });
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MOST_MARKS && oldest !== undefined) this.forget(oldest);
  }

  /** Whether the mark, as `rested` gave it, is what was last seen there. */
  remembers(mark: KeyValue): boolean {
    return this.#seen.get(mark.key)?.mark === mark;
  }

  forget(key: string): void {
    this.#seen.delete(key);
  }
}
