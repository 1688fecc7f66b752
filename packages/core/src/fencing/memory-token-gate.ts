import type { FencingToken } from "./fencing-token.js";
import { assertAdmission, rejectToken, type TokenGate } from "./token-gate.js";

/** A gate that remembers in memory. */
export interface MemoryTokenGate extends TokenGate {
  /**
   * As `TokenGate.admit`, with the write as part of the same step.
   *
   * @param write called once the token is admitted, before anybody else's check. Only what it does
   * synchronously is covered: a write of several steps needs an `admit` for each.
   */
  admit(resource: string, token: FencingToken, write?: () => void): Promise<void>;
}

/**
 * A gate for a resource that lives in one process: a simulator of an array, a test, a service that is the only
 * way to its data. The gate and the resource must come and go together: what is written to disk while the
 * tokens are lost with the process accepts an old holder after a restart.
 *
 * It keeps one entry (name and token) for each resource that was ever written to, for as long as the gate
 * itself is reachable. None can be dropped without admitting an old token again.
 *
 * @example
 * ```ts
 * const gate = createMemoryTokenGate();
 * await gate.admit(volumeId, token, () => mappings.set(volumeId, host));
 * ```
 */
export function createMemoryTokenGate(): MemoryTokenGate {
  const newest = new Map<string, FencingToken>();
  return {
    async admit(resource, token, write) {
      assertAdmission(resource, token);
      const known = newest.get(resource);
      if (known !== undefined && token < known) throw rejectToken("memory", resource, token, known);
      newest.set(resource, token);
      await write?.();
    },
  };
}
