import { debug } from "../debug.js";
import { Roster, type RosterEntry } from "../roster.js";

/** Something that is held, and that can ask etcd whether it still is. */
export interface Held {
  /** Finds out whether what holds it still stands in etcd; if not it counts as lost. */
  verify(): Promise<void>;
}

/** How many are looked at with one renewal. */
const AT_A_TIME = 100;

/**
 * Looks with each renewal of the session at what is held: an operator may have deleted what stands for it in etcd, and
 * nothing else tells of that. The checks travel in one call. Where more than a hundred locks are held, they take
 * turns; who comes in the place of one that was released meanwhile may have to wait for the next round.
 */
export class HeldChecks {
  readonly #held = new Roster<Held>();
  /** Whose turn it is. */
  #next = 0;
  #checking = false;

  add(held: Held): RosterEntry<Held> {
    return this.#held.add(held);
  }

  remove(held: RosterEntry<Held>): void {
    this.#held.remove(held);
  }

  /** Never rejects; what could not be asked is asked at its next turn. */
  async check(): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    const turns = this.#takeTurns();
    await Promise.all(turns.map((held) => held.verify().catch((error) => debug("not verified: %s", error))));
    this.#checking = false;
  }

  #takeTurns(): Held[] {
    const turns = this.#held.members(this.#next, AT_A_TIME);
    this.#next += turns.length;
    if (turns.length === AT_A_TIME) return turns;
    this.#next = Math.min(AT_A_TIME - turns.length, this.#held.size - turns.length);
    return [...turns, ...this.#held.members(0, this.#next)];
  }
}
