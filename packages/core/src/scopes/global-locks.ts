import type { Clock } from "../clock.js";
import { InvalidArgumentError } from "../errors.js";
import type { DeletionWatches } from "../etcd/deletion-watches.js";
import type { EtcdPort } from "../etcd/port.js";
import type { LockKey } from "../lock-key.js";
import { type Random, randomId } from "../random.js";
import { LocalQueue, type Ticket } from "../recipes/local-queue.js";
import { dequeue, enqueue, type QueueEntry, tryEnqueue, undoEnqueue } from "../recipes/mutex-queue.js";
import { decodeOwnerRecord, describeOwner, type OwnerRecord } from "../recipes/owner-record.js";
import type { KeySpace } from "../recipes/queue-keys.js";
import { waitTurn } from "../recipes/wait-turn.js";
import type { Session } from "../session/session.js";
import type { SessionKeeper } from "../session/session-keeper.js";
import { linkSignals, raceSignal } from "../signals.js";
import { createCleanup } from "./cleanup.js";
import { createGlobalGrant, type HandOver } from "./global-grant.js";
import type { Grant, LockRequest, ScopeLocks } from "./scope-locks.js";

/** An entry in etcd's queues, and which of this process's holders has it, counted from 0. */
interface Turn {
  readonly entry: QueueEntry;
  readonly turn: number;
  /** When the first holder of the entry was granted. */
  readonly since: number;
}

export interface GlobalLocksOptions {
  readonly port: EtcdPort;
  readonly watches: DeletionWatches;
  readonly sessions: SessionKeeper;
  readonly clock: Clock;
  readonly random: Random;
  readonly keySpace: KeySpace;
  readonly node: string;
  readonly handOver: HandOver;
}

/**
 * How many global locks one request may take: etcd allows 128 operations in a transaction by default, and each
 * lock needs two.
 */
const MAX_GLOBAL_KEYS = 64;

/**
 * Global scope. Inside this process the requests for a lock stand in a local queue, and only its head has an
 * entry in etcd's queue; a release may hand that entry on to the next in the local queue.
 */
export function createGlobalLocks(options: GlobalLocksOptions): ScopeLocks {
  const { port, sessions, clock } = options;
  const queue = new LocalQueue();
  /** Entries that a release has handed on, with the turn that they begin. */
  const handedOn = new Map<Ticket, Turn>();
  const operations = new WeakMap<Ticket, string>();
  const cleanUp = createCleanup(clock);

  const ownerRecord = (request: LockRequest): OwnerRecord => ({
    id: randomId(options.random),
    node: options.node,
    pid: process.pid,
    since: new Date(clock.wallNow()).toISOString(),
    ...(request.operation === undefined ? {} : { operation: request.operation }),
  });

  const grant = (keys: readonly LockKey[], ticket: Ticket, held: Turn): Grant => {
    const { entry, turn, since } = held;
    return createGlobalGrant({
      ...held,
      port,
      clock,
      names: keys.map((key) => key.name),
      handOver: options.handOver,
      onReleased(reusable) {
        const successor = reusable ? queue.successorOf(ticket) : undefined;
        if (successor !== undefined) {
          handedOn.set(successor, { entry, turn: turn + 1, since });
          ticket.leave();
          return Promise.resolve();
        }
        return cleanUp(entry.session, () => dequeue(port, entry)).finally(() => ticket.leave());
      },
      onLost: () => ticket.leave(),
    });
  };

  const takeHandedOn = (ticket: Ticket) => {
    const handed = handedOn.get(ticket);
    handedOn.delete(ticket);
    return handed;
  };

  /** Runs `step`, which cannot be called back, until it ends or the wait does; what it leaves behind then is undone. */
  const orUndo = async <T>(
    ticket: Ticket,
    session: Session,
    signal: AbortSignal,
    step: Promise<T>,
    undo: (outcome: PromiseSettledResult<T>) => Promise<void>,
  ): Promise<T> => {
    try {
      return await raceSignal(step, signal);
    } catch (error) {
      void Promise.allSettled([step])
        .then(([outcome]) => cleanUp(session, () => undo(outcome)))
        .finally(() => ticket.leave());
      throw error;
    }
  };

  const enterAndWait = async (
    ticket: Ticket,
    session: Session,
    request: LockRequest,
    signal: AbortSignal,
  ): Promise<QueueEntry> => {
    const record = ownerRecord(request);
    const queues = ticket.names;
    const step = enqueue(port, session, queues, record);
    const enqueued = await orUndo(ticket, session, signal, step, (outcome) =>
      outcome.status === "rejected"
        ? undoEnqueue(port, session, queues, record, outcome.reason)
        : dequeue(port, outcome.value.entry),
    );
    const turn = waitTurn(enqueued, {
      port,
      clock,
      watches: options.watches,
      signal,
      onBlocked: (kv) => request.onBlocked?.(describeOwner(decodeOwnerRecord(kv.value), kv.key)),
    }).then(() => session.assertAlive());
    await orUndo(ticket, session, signal, turn, () => dequeue(port, enqueued.entry));
    return enqueued.entry;
  };

  /** One signal for the request's end and the session's. */
  const withSession = async <T>(
    session: Session,
    request: LockRequest,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    const sessionEnd = new AbortController();
    const forget = session.onLost((error) => sessionEnd.abort(error));
    using linked = linkSignals({ signals: [request.signal, sessionEnd.signal], clock });
    try {
      return await work(linked.signal);
    } finally {
      forget();
    }
  };

  const openSession = async (ticket: Ticket, request: LockRequest): Promise<Session> => {
    try {
      return await raceSignal(sessions.session(), request.signal);
    } catch (error) {
      ticket.leave();
      throw error;
    }
  };

  return {
    async acquire(keys, request) {
      assertNotTooMany(keys);
      const ticket = queue.join(keys.map((key) => options.keySpace.queuePrefix(key.name)));
      operations.set(ticket, request.operation ?? "unnamed operation");
      const ahead = queue.head(ticket.names[0] as string);
      if (ahead !== ticket && ahead !== undefined) {
        request.onBlocked?.(`this process (pid ${process.pid}, ${operations.get(ahead)})`);
      }
      try {
        await raceSignal(ticket.atHead, request.signal);
      } catch (error) {
        const handed = takeHandedOn(ticket);
        if (handed === undefined) ticket.leave();
        else void grant(keys, ticket, handed).release();
        throw error;
      }
      const handed = takeHandedOn(ticket);
      if (handed?.entry.session.isAlive()) return grant(keys, ticket, handed);
      const session = await openSession(ticket, request);
      const entry = await withSession(session, request, (signal) =>
        enterAndWait(ticket, session, request, signal),
      );
      return grant(keys, ticket, { entry, turn: 0, since: clock.now() });
    },

    async tryAcquire(keys, request) {
      assertNotTooMany(keys);
      const ticket = queue.tryJoin(keys.map((key) => options.keySpace.queuePrefix(key.name)));
      if (ticket === undefined) return undefined;
      operations.set(ticket, request.operation ?? "unnamed operation");
      const session = await openSession(ticket, request);
      const record = ownerRecord(request);
      return withSession(session, request, async (signal) => {
        const step = tryEnqueue(port, session, ticket.names, record).then((outcome) => {
          session.assertAlive();
          return outcome;
        });
        const found = await orUndo(ticket, session, signal, step, async (outcome) => {
          if (outcome.status === "rejected") {
            await undoEnqueue(port, session, ticket.names, record, outcome.reason);
          } else if ("queues" in outcome.value) await dequeue(port, outcome.value);
        });
        if ("queues" in found) return grant(keys, ticket, { entry: found, turn: 0, since: clock.now() });
        ticket.leave();
        return undefined;
      });
    },
  };
}

function assertNotTooMany(keys: readonly LockKey[]): void {
  if (keys.length > MAX_GLOBAL_KEYS) {
    throw new InvalidArgumentError("keys", `at most ${MAX_GLOBAL_KEYS} global keys`, keys.length);
  }
}
