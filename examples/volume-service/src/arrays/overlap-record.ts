/** A write that was made on the strength of something that another caller has changed meanwhile. */
export interface Overlap {
  readonly object: string;
  readonly writer: string;
  readonly intruder: string;
}

/** Whoever makes a sequence of steps: to an array, one management connection. */
export interface Caller {
  readonly user: string;
}

/**
 * Tells from the steps alone whether two callers overlapped. An object has a version that grows with each
 * write; a caller's sequence begins with its first step on the object, and from then on only its own writes
 * may change the version. A write that finds another version was interleaved with another caller's.
 */
export class OverlapRecord {
  readonly overlaps: Overlap[] = [];
  readonly #objects = new Map<string, { version: number; lastWriter: string }>();
  readonly #expected = new WeakMap<Caller, Map<string, number>>();

  /** A step that only looks. */
  read(caller: Caller, object: string): void {
    const expected = this.#expectedBy(caller);
    if (!expected.has(object)) expected.set(object, this.#objects.get(object)?.version ?? 0);
  }

  /** A step that changes the object. Returns whether it overlapped. */
  write(caller: Caller, object: string): boolean {
    this.read(caller, object);
    const expected = this.#expectedBy(caller);
    const { version, lastWriter } = this.#objects.get(object) ?? { version: 0, lastWriter: "nobody" };
    const overlapped = expected.get(object) !== version;
    if (overlapped) this.overlaps.push({ object, writer: caller.user, intruder: lastWriter });
    this.#objects.set(object, { version: version + 1, lastWriter: caller.user });
    expected.set(object, version + 1);
    return overlapped;
  }

  #expectedBy(caller: Caller): Map<string, number> {
    const known = this.#expected.get(caller);
    if (known !== undefined) return known;
    const fresh = new Map<string, number>();
    this.#expected.set(caller, fresh);
    return fresh;
  }
}
