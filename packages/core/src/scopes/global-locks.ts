import type { Clock } from "../clock.js";
import { InvalidArgumentError } from "../errors.js";
import type { DeletionWatches } from "../etcd/deletion-watches.js";
import type { EtcdPort, KeyValue } from "../etcd/port.js";
import type { LockKey } from "../lock-key.js";
import { type Random, randomId } from "../random.js";
import { LocalQueue, type Ticket } from "../recipes/local-queue.js";
import { waitLockDelay } from "../recipes/lock-delay.js";
import { dequeue, enqueue, type QueueEntry, tryEnqueue, undoEnqueue } from "../recipes/mutex-queue.js";
import { decodeOwnerRecord, describeOwner, type OwnerRecord } from "../recipes/owner-record.js";
import type { KeySpace } from "../recipes/queue-keys.js";
import { definedMarks, type MarkKeys, type RecoveryMark, readMark } from "../recipes/recovery-marks.js";
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
  /** What its first holder has found; nothing for those that follow. */
  readonly recoveredFrom: readonly RecoveryMark[];
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
 * The same for a request with a lock delay. Operations count over the depth: two for each lock, the compare that
 * its queue is empty, and one for the deepest transaction, which puts a mark.
 */
const MAX_DELAYED_KEYS = 42;

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
  const marksOf = new WeakMap<Ticket, MarkKeys>();
  const cleanUp = createCleanup(clock);

  const ownerRecord = (request: LockRequest): OwnerRecord => ({
    id: randomId(options.random),
    node: options.node,
    pid: process.pid,
    since: new Date(clock.wallNow()).toISOString(),
    ...(request.operation === undefined ? {} : { operation: request.operation }),
  });

  const markKeyOf = (key: LockKey): string | undefined =>
    isDelayed(key) ? options.keySpace.markKey(key.name) : undefined;

  /** Who may take an entry over: the next in the local queue, if the entry has all recovery marks that it needs. */
  const heirOf = (ticket: Ticket, entry: QueueEntry): Ticket | undefined => {
    const successor = queue.successorOf(ticket);
    if (successor === undefined) return undefined;
    const needed = definedMarks(marksOf.get(successor) ?? []);
    return needed.every((mark) => entry.marks.includes(mark)) ? successor : undefined;
  };

  const grant = (keys: readonly LockKey[], ticket: Ticket, held: Turn): Grant => {
    const { entry, turn, since } = held;
    return createGlobalGrant({
      ...held,
      port,
      clock,
      names: keys.map((key) => key.name),
      handOver: options.handOver,
      onReleased(reusable, cutOff) {
        const successor = reusable ? heirOf(ticket, entry) : undefined;
        if (successor !== undefined) {
          handedOn.set(successor, { entry, turn: turn + 1, since, recoveredFrom: [] });
          ticket.leave();
          return Promise.resolve();
        }
        const left = cutOff ? { ...entry, marks: [] } : entry;
        return cleanUp(entry.session, () => dequeue(port, left)).finally(() => ticket.leave());
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
    keys: readonly LockKey[],
    ticket: Ticket,
    session: Session,
    request: LockRequest,
    signal: AbortSignal,
  ): Promise<Turn> => {
    const record = ownerRecord(request);
    const queues = ticket.names;
    const marks = keys.map(markKeyOf);
    const step = enqueue(port, session, queues, record, marks);
    const enqueued = await orUndo(ticket, session, signal, step, (outcome) =>
      outcome.status === "rejected"
        ? undoEnqueue(port, session, queues, record, marks, outcome.reason)
        : dequeue(port, outcome.value.entry),
    );
    const { entry } = enqueued;
    const wait = { port, clock, signal };
    const keyOf = (mark: KeyValue) => keys[marks.indexOf(mark.key)] as LockKey;
    const turn = waitTurn(enqueued, {
      ...wait,
      watches: options.watches,
      onBlocked: (kv) => request.onBlocked?.(describe(kv)),
    }).then(async (held) => {
      await waitLockDelay(held, {
        ...wait,
        delayMsOf: (mark) => keyOf(mark).lockDelayMs ?? 0,
        onDelayed: (mark, delayMs) =>
          request.onBlocked?.(`the lock's delay of ${delayMs} ms after an unclean end of ${describe(mark)}`),
      });
      session.assertAlive();
      return held.foundMarks.map((mark) => readMark(keyOf(mark).name, mark.value));
    });
    const recoveredFrom = await orUndo(ticket, session, signal, turn, () => dequeue(port, entry));
    return { entry, turn: 0, since: clock.now(), recoveredFrom };
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
      marksOf.set(ticket, keys.map(markKeyOf));
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
      const held = await withSession(session, request, (signal) =>
        enterAndWait(keys, ticket, session, request, signal),
      );
      return grant(keys, ticket, held);
    },

    async tryAcquire(keys, request) {
      assertNotTooMany(keys);
      const ticket = queue.tryJoin(keys.map((key) => options.keySpace.queuePrefix(key.name)));
      if (ticket === undefined) return undefined;
      operations.set(ticket, request.operation ?? "unnamed operation");
      const session = await openSession(ticket, request);
      const record = ownerRecord(request);
      const marks = keys.map(markKeyOf);
      return withSession(session, request, async (signal) => {
        const step = tryEnqueue(port, session, ticket.names, record, marks).then((outcome) => {
          session.assertAlive();
          return outcome;
        });
        const found = await orUndo(ticket, session, signal, step, async (outcome) => {
          if (outcome.status === "rejected") {
            await undoEnqueue(port, session, ticket.names, record, marks, outcome.reason);
          } else if ("queues" in outcome.value) await dequeue(port, outcome.value);
        });
        if ("queues" in found) {
          return grant(keys, ticket, { entry: found, turn: 0, since: clock.now(), recoveredFrom: [] });
        }
        ticket.leave();
        return undefined;
      });
    },
  };
}

function isDelayed(key: LockKey): boolean {
  return (key.lockDelayMs ?? 0) > 0;
}

function describe(kv: KeyValue): string {
  return describeOwner(decodeOwnerRecord(kv.value), kv.key);
}

function assertNotTooMany(keys: readonly LockKey[]): void {
  const delayed = keys.some(isDelayed);
  const max = delayed ? MAX_DELAYED_KEYS : MAX_GLOBAL_KEYS;
  if (keys.length > max) {
    const which = delayed ? ", as one of them has a `lockDelayMs`" : "";
    throw new InvalidArgumentError("keys", `at most ${max} global keys${which}`, keys.length);
  }
}
