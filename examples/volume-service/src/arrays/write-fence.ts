/** A write that was refused because a newer holder of the lock had been there. */
export interface RefusedWrite {
  readonly user: string;
  readonly resource: string;
  readonly token: string;
  readonly newest: string;
}

/**
 * The array's side of fencing: the largest token seen for each resource, and a refusal of every write that
 * carries a smaller one. That is all a resource has to do.
 */
export class WriteFence {
  readonly refused: RefusedWrite[] = [];
  readonly #newest = new Map<string, bigint>();
  readonly #waiting = new Set<{ resource: string; token: bigint; resolve: () => void }>();

  /** Notes the token; false when it is older than one seen before. */
  admit(resource: string, token: bigint): boolean {
    const newest = this.#newest.get(resource) ?? 0n;
    if (token > newest) {
      this.#newest.set(resource, token);
      for (const waiting of this.#waiting) {
        if (waiting.resource === resource && waiting.token < token) {
          this.#waiting.delete(waiting);
          waiting.resolve();
        }
      }
    }
    return token >= newest;
  }

  /** Records a refusal. */
  refuse(user: string, resource: string, token: bigint): void {
    this.refused.push({ user, resource, token: `${token}`, newest: `${this.#newest.get(resource)}` });
  }

  /** Resolves as soon as a token newer than this one has been seen. */
  async seenNewer(resource: string, token: bigint): Promise<void> {
    if ((this.#newest.get(resource) ?? 0n) > token) return;
    await new Promise<void>((resolve) => this.#waiting.add({ resource, token, resolve }));
  }
}
