import type { Clock } from "../clock.js";
import { InvalidArgumentError } from "../errors.js";
import type { EtcdPort, KeyValue } from "../etcd/port.js";
import type { LockKey } from "../lock-key.js";
import { type Random, randomId } from "../random.js";
import { type Blocker, writerOf } from "../recipes/blocker.js";
import { LocalQueue, type Ticket } from "../recipes/local-queue.js";
import { waitLockDelay } from "../recipes/lock-delay.js";
import type { Claim, Ending, LockRecipe } from "../recipes/lock-recipe.js";
import { encodeOwnerRecord } from "../recipes/owner-record.js";
import type { KeySpace } from "../recipes/queue-keys.js";
import { definedMarks, type MarkKeys, type RecoveryMark, readMark } from "../recipes/recovery-marks.js";
import { RestingMarks } from "../recipes/resting-marks.js";
import type { Session } from "../session/session.js";
import type { SessionKeeper } from "../session/session-keeper.js";
import { raceSignal } from "../signals.js";
import { blockedInProcess } from "./blocked-in-process.js";
import { createCleanup } from "./cleanup.js";
import { GlobalGrant, type GlobalGrantContext, type HandOver, type Turn } from "./global-grant.js";
import type { HeldChecks } from "./held-checks.js";
import type { Grant, LockRequest, ReleaseFacts, ScopeLocks } from "./scope-locks.js";

export interface GlobalLocksOptions {
  readonly port: EtcdPort;
  readonly recipe: LockRecipe;
  readonly sessions: SessionKeeper;
  readonly clock: Clock;
  readonly random: Random;
  readonly keySpace: KeySpace;
  readonly node: string;
  readonly handOver: HandOver;
  readonly checks: HeldChecks;
  /** The error that a request rejects with for one that came from etcd. */
  readonly explain: (error: unknown) => unknown;
}

/**
 * Global scope. Inside this process the requests for a lock stand in a local queue, and only its head has a claim
 * in etcd; a release may hand that claim on to the next in the local queue.
 */
export function createGlobalLocks(options: GlobalLocksOptions): ScopeLocks {
  const { port, recipe, sessions, clock, explain } = options;
  const queue = new LocalQueue();
  /** Claims that a release has handed on, with the turn that they begin. */
  const handedOn = new Map<Ticket, Turn>();
  const marksOf = new WeakMap<Ticket, MarkKeys>();
  const resting = new RestingMarks(clock);
  const cleanUp = createCleanup(clock);

  const idPrefix = randomId(options.random);
  let lastId = 0;
  /** Never the same twice, here or anywhere. */
  const nextId = (): string => {
    lastId += 1;
    return `${idPrefix}-${lastId}`;
  };

  const ownerRecord = (request: LockRequest): string =>
    encodeOwnerRecord({
      id: nextId(),
      node: options.node,
      pid: process.pid,
      since: new Date(clock.wallNow()).toISOString(),
      ...(request.operation === undefined ? {} : { operation: request.operation }),
      ...(request.trace === undefined ? {} : { trace: request.trace }),
    });

  const marksFor = (keys: readonly LockKey[]): MarkKeys =>
    keys.some(isDelayed) ? keys.map(markKeyOf) : NO_MARKS;

  const markKeyOf = (key: LockKey): string | undefined =>
    isDelayed(key) ? options.keySpace.markKey(key.name) : undefined;

  /** Which of the keys a mark belongs to. */
  const keyOf = (keys: readonly LockKey[], { key }: KeyValue): LockKey =>
    keys.find((one) => markKeyOf(one) === key) as LockKey;

  const readMarks = (keys: readonly LockKey[], marks: readonly KeyValue[]): RecoveryMark[] =>
    marks.map((mark) => readMark(keyOf(keys, mark).name, mark.value));

  /** The marks that a try of the keys need not heed any more. */
  const restedMarks = (keys: readonly LockKey[]): KeyValue[] =>
    keys
      .filter(isDelayed)
      .map((key) => resting.rested(markKeyOf(key) as string, key.lockDelayMs as number))
      .filter((mark) => mark !== undefined);

  /** Who may take a claim over: the next in the local queue, if the claim has all recovery marks that it needs. */
  const heirOf = (ticket: Ticket, claim: Claim): Ticket | undefined => {
    const successor = queue.successorOf(ticket);
    if (successor === undefined) return undefined;
    const needed = definedMarks(marksOf.get(successor) ?? []);
    return needed.every((mark) => claim.marks.includes(mark)) ? successor : undefined;
  };

  const context: GlobalGrantContext = {
    port,
    clock,
    handOver: options.handOver,
    checks: options.checks,
    giveBack(ticket, { claim, turn, since, recoveredFrom }, ending, reusable) {
      const unused = ending === "given up" && recoveredFrom.length > 0;
      const waiters = queue.waitersBehind(ticket.names);
      const successor = reusable ? heirOf(ticket, claim) : undefined;
      if (successor === undefined) {
        return leave(ticket, claim, ending === "given up" && !unused ? "released" : ending, waiters);
      }
      const left = unused ? recoveredFrom : NO_MARKS_FOUND;
      handedOn.set(successor, { claim, turn: turn + 1, since, recoveredFrom: left });
      ticket.leave();
      return { waiters, handedOver: true };
    },
  };

  const leave = async (
    ticket: Ticket,
    claim: Claim,
    ending: Ending,
    localWaiters: number,
  ): Promise<ReleaseFacts> => {
    const remoteWaiters = (await cleanUp(claim.session, () => claim.leave(ending))) ?? 0;
    ticket.leave();
    return { waiters: localWaiters + remoteWaiters, handedOver: false };
  };

  const grant = (keys: readonly LockKey[], ticket: Ticket, held: Turn): Grant => {
    for (const mark of definedMarks(marksFor(keys))) resting.forget(mark);
    return new GlobalGrant(context, ticket, held);
  };

  const takeHandedOn = (ticket: Ticket) => {
    const handed = handedOn.get(ticket);
    handedOn.delete(ticket);
    return handed;
  };

  /**
   * Runs `step`, which cannot be called back, until it ends, or the request or the session does; what it leaves behind
   * then is undone.
   */
  const orLeave = async <T>(
    ticket: Ticket,
    claim: Claim,
    { signal }: LockRequest,
    step: Promise<T>,
  ): Promise<T> => {
    const { session } = claim;
    const lossListener = session.onLost((error) => signal.abort(error));
    try {
      const outcome = await raceSignal(step, signal);
      session.assertAlive();
      return outcome;
    } catch (error) {
      void Promise.allSettled([step])
        .then(() => cleanUp(session, () => claim.leave("given up")))
        .finally(() => ticket.leave());
      throw explain(error);
    } finally {
      session.forget(lossListener);
    }
  };

  /** Waits for the grant, and for the delay of a lock that must rest; tells what earlier holders left behind. */
  const waitForClaim = async (
    claim: Claim,
    keys: readonly LockKey[],
    request: LockRequest,
  ): Promise<readonly RecoveryMark[]> => {
    const { signal } = request;
    const onBlocked = (blockedBy: Blocker): void => request.onBlocked?.(blockedBy);
    await claim.acquire({ signal, onBlocked });
    if (claim.foundMarks.length === 0) return NO_MARKS_FOUND;
    await waitLockDelay(claim, {
      clock,
      signal,
      delayMsOf: (mark) => keyOf(keys, mark).lockDelayMs ?? 0,
      onDelayed(mark, delayMs) {
        const { text, trace } = writerOf(mark);
        onBlocked({ text: `the lock's delay of ${delayMs} ms after an unclean end of ${text}`, trace });
      },
    });
    return readMarks(keys, claim.foundMarks);
  };

  const openSession = async (ticket: Ticket, request: LockRequest): Promise<Session> => {
    try {
      return await raceSignal(sessions.session(), request.signal);
    } catch (error) {
      ticket.leave();
      throw explain(error);
    }
  };

  const claimFor = (
    session: Session,
    ticket: Ticket,
    keys: readonly LockKey[],
    request: LockRequest,
  ): Claim =>
    recipe.claim(session, {
      names: ticket.names,
      owner: ownerRecord(request),
      marks: marksFor(keys),
    });

  return {
    assertKeys(keys) {
      const delayed = keys.some(isDelayed);
      const max = recipe.maxKeys(delayed);
      if (keys.length > max) {
        const which = delayed ? ", as one of them has a `lockDelayMs`" : "";
        throw new InvalidArgumentError("keys", `at most ${max} global keys${which}`, keys.length);
      }
      for (const key of keys) recipe.assertName(key.name);
    },

    async acquire(keys, request) {
      const ticket = queue.join(
        keys.map((key) => key.name),
        request,
      );
      if (keys.some(isDelayed)) marksOf.set(ticket, marksFor(keys));
      if (!ticket.isAtHead) {
        blockedInProcess(queue, ticket, request);
        try {
          await ticket.atHead(request.signal);
        } catch (error) {
          const handed = takeHandedOn(ticket);
          if (handed === undefined) ticket.leave();
          else void grant(keys, ticket, handed).release("given up");
          throw error;
        }
      }
      const handed = takeHandedOn(ticket);
      if (handed?.claim.session.isAlive()) return grant(keys, ticket, handed);
      const session = sessions.current ?? (await openSession(ticket, request));
      const claim = claimFor(session, ticket, keys, request);
      const recoveredFrom = await orLeave(ticket, claim, request, waitForClaim(claim, keys, request));
      return grant(keys, ticket, { claim, turn: 0, since: clock.now(), recoveredFrom });
    },

    async tryAcquire(keys, request) {
      const ticket = queue.tryJoin(
        keys.map((key) => key.name),
        request,
      );
      if (ticket === undefined) return undefined;
      const session = sessions.current ?? (await openSession(ticket, request));
      for (;;) {
        const rested = restedMarks(keys);
        const claim = claimFor(session, ticket, keys, request);
        const { granted, sights } = await orLeave(ticket, claim, request, claim.tryAcquire(rested));
        if (granted) {
          const recoveredFrom = readMarks(keys, rested);
          return grant(keys, ticket, { claim, turn: 0, since: clock.now(), recoveredFrom });
        }
        for (const sight of sights) resting.note(sight);
        // Otherwise another holder has dealt with a mark meanwhile: that it has gone must not keep a try from the lock.
        if (rested.every((mark) => resting.remembers(mark))) break;
      }
      ticket.leave();
      return undefined;
    },
  };
}

const NO_MARKS: MarkKeys = [];
const NO_MARKS_FOUND: readonly RecoveryMark[] = [];

function isDelayed(key: LockKey): boolean {
  return (key.lockDelayMs ?? 0) > 0;
}
