import type { Clock } from "../clock.js";
import { debug } from "../debug.js";
import { createDetached } from "../detached.js";
import { CoordinatorClosedError, SessionLostError } from "../errors.js";
import type { Session } from "./session.js";
import type { SessionState } from "./session-state.js";

/** Opens a session, telling of what becomes of it. */
export type OpenSession = (on: {
  readonly onSuspect: () => void;
  readonly onConfirmed: () => void;
}) => Promise<Session>;

/**
 * The one session of a coordinator: opened with the first use, and again with the first use after a loss.
 * `onState` is told of every change.
 */
export interface SessionKeeper {
  readonly state: SessionState;
  /** The session that is alive, if there is one. */
  readonly current: Session | undefined;
  /** The session that is alive, or a new one. Rejects with `EtcdError` or `CoordinatorClosedError`. */
  session(): Promise<Session>;
  /** Ends the session and revokes its lease, within `timeoutMs`. */
  close(timeoutMs: number): Promise<void>;
}

/** How often a session is opened in a row that is lost as soon as it is there. */
const MOST_TRIES = 3;

export function createSessionKeeper(
  open: OpenSession,
  clock: Clock,
  onState: (state: SessionState) => void,
): SessionKeeper {
  const detached = createDetached();
  let state: SessionState = { status: "none" };
  let opening: Promise<Session> | undefined;
  let current: Session | undefined;
  let closed = false;

  const setState = (next: SessionState): void => {
    state = next;
    onState(next);
  };

  const openNew = async (): Promise<Session> => {
    setState({ status: "connecting" });
    let session: Session | undefined;
    const isCurrent = (): boolean => session !== undefined && session === current;
    try {
      // One that took longer to open than it lives is of no use to anybody, if another does better.
      let tries = 0;
      do {
        tries += 1;
        session = await open({
          onSuspect() {
            if (isCurrent() && state.status === "active") setState({ ...state, status: "suspect" });
          },
          onConfirmed() {
            if (isCurrent() && state.status === "suspect") setState({ ...state, status: "active" });
          },
        });
      } while (!session.isAlive() && !closed && tries < MOST_TRIES);
    } catch (error) {
      if (!closed) setState({ status: "none" });
      throw error;
    }
    if (closed) {
      await endQuietly(session);
      throw new CoordinatorClosedError();
    }
    current = session;
    setState({ status: "active", leaseId: session.leaseId, ttlMs: session.ttlMs });
    session.onLost((error) => {
      if (current !== session) return;
      current = undefined;
      if (!closed) setState({ status: "lost", leaseId: error.leaseId, error });
    });
    return session;
  };

  const endQuietly = async (session: Session): Promise<void> => {
    const error = new SessionLostError(session.leaseId, "the coordinator was closed", { reason: "closed" });
    await session
      .end(error, { revoke: true })
      .catch((cause) => debug("lease %s is left to expire: %s", session.leaseId, cause));
  };

  return {
    get state() {
      return state;
    },
    get current() {
      return !closed && current?.isAlive() ? current : undefined;
    },
    async session() {
      if (closed) throw new CoordinatorClosedError();
      if (current?.isAlive()) return current;
      opening ??= detached(openNew).finally(() => {
        opening = undefined;
      });
      return opening;
    },
    async close(timeoutMs) {
      if (closed) return;
      closed = true;
      const session = current;
      setState({ status: "closed" });
      if (session === undefined) return;
      let timer: { cancel(): void } | undefined;
      const tooLong = new Promise<void>((resolve) => {
        timer = clock.startTimer(timeoutMs, resolve, { keepAlive: true });
      });
      await Promise.race([endQuietly(session), tooLong]);
      timer?.cancel();
    },
  };
}
