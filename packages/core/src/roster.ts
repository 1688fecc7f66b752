/**
 * Who belongs to something, in no order.
 *
 * A `Set` would do, but for the collector of garbage: each time that it grows or clears away, V8 makes a new table and
 * lets the old one refer to it (`OrderedHashTable::SetNextTable`, https://github.com/v8/v8/blob/main/src/objects/ordered-hash-table.cc).
 * Once one of them has grown old, all that follow are kept until the next full collection, with everybody in them: of locks
 * that come and go by the thousand, none would be collected young.
 */
export class Roster<T> {
  readonly #entries: RosterEntry<T>[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** Returns what the member is removed by. */
  add(member: T): RosterEntry<T> {
    const entry = { member, index: this.#entries.length };
    this.#entries.push(entry);
    return entry;
  }

  /** Tells whether the member was there. */
  remove(entry: RosterEntry<T>): boolean {
    if (this.#entries[entry.index] !== entry) return false;
    const last = this.#entries.pop() as RosterEntry<T>;
    if (last !== entry) {
      this.#entries[entry.index] = last;
      last.index = entry.index;
    }
    return true;
  }

  /** The members as they are now; of those from `first` on, at most `most`. */
  members(first = 0, most: number = this.#entries.length): T[] {
    return this.#entries.slice(first, first + most).map(({ member }) => member);
  }

  clear(): void {
    this.#entries.length = 0;
  }
}

/** One member's place, which changes when others go. */
export interface RosterEntry<T> {
  readonly member: T;
  index: number;
}
