import type { Clock } from "../clock.js";
import { debug } from "../debug.js";
import { EtcdError } from "../errors.js";
import type { Session } from "../session/session.js";
import { sleep } from "../signals.js";

/** The pause before the next try, in milliseconds; longer when etcd has refused, as it will again. */
const RETRY_MS = 200;
const REFUSED_MS = 1_000;

/**
 * Removes something of a session from etcd, trying until it is done or the session has ended, the lease of
 * which removes it then. Never rejects; resolves with what `remove` did, or with nothing when the session has ended.
 */
export function createCleanup(
  clock: Clock,
): <T>(session: Session, remove: () => Promise<T>) => Promise<T | undefined> {
  return async (session, remove) => {
    while (session.isAlive()) {
      try {
        return await remove();
      } catch (error) {
        debug("cleaning up goes on: %s", error);
        await sleep(clock, error instanceof EtcdError && error.retryable ? RETRY_MS : REFUSED_MS);
      }
    }
    return undefined;
  };
}
