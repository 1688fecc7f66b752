import { debug } from "../debug.js";

/** Something that is held, and that can ask etcd whether it still is. */
export interface Held {
  /** Finds out whether what holds it still stands in etcd; if not it counts as lost. */
  verify(): Promise<void>;
}

/** How many are looked at with one renewal. */
const AT_A_TIME = 100;

/**
 * Looks with each renewal of the session at what is held: an operator may have deleted what stands for it in etcd, and
 * nothing else tells of that. The checks travel in one call. Where more than a hundred locks are held, they take turns.
 */
export class HeldChecks {
  /** In the order of their turns. */
  readonly #held = new Set<Held>();
  #checking = false;

  add(held: Held): void {
    this.#held.add(held);
  }

  delete(held: Held): void {
    this.#held.delete(held);
  }

  /** Never rejects; what could not be asked is asked at its next turn. */
  async check(): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    const turns: Held[] = [];
    for (const held of this.#held) {
      if (turns.push(held) === AT_A_TIME) break;
    }
    for (const held of turns) {
      this.#held.delete(held);
      this.#held.add(held);
    }
    await Promise.all(turns.map((held) => held.verify().catch((error) => debug("not verified: %s", error))));
    this.#checking = false;
  }
}
