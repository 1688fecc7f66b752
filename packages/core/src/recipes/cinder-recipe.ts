import { LockLostError, quoteName } from "../errors.js";
import { askMajority, type Compare, type KeyValue, type Op, type OpResult, rangeOf } from "../etcd/port.js";
import type { Random } from "../random.js";
import type { Session } from "../session/session.js";
import { type BlockingKey, writerOf } from "./blocker.js";
import { createdAt, doesNotExist, isRefusal, permitIs, read } from "./compares.js";
import type { Claim, ClaimRequest, Ending, LockRecipe } from "./lock-recipe.js";
import { assertToozName, toozLockKey } from "./queue-keys.js";
import type { RecipeOptions } from "./queue-recipe.js";
import { definedMarks, foreignMarks, putOrReadMarks, removeMark } from "./recovery-marks.js";
import { deleteLock, putLock, type ToozPlace, type ToozWriting, toozHolderOf } from "./tooz-lock-ops.js";
import { lookAtMarks, type MarkSight, markInTheWay, onlyRested, sightsOf } from "./tried-marks.js";
import { waitTurn } from "./wait-turn.js";

export interface CinderRecipe extends LockRecipe {
  /** @param alsoHeld what must hold as well for a lock to be taken */
  claim(session: Session, request: ClaimRequest, alsoHeld?: () => readonly Compare[]): Claim;
}

export interface CinderRecipeOptions extends RecipeOptions {
  readonly random: Random;
}

/**
 * Wire format `cinder`: one key for a lock, as tooz's etcd3gw driver writes it for Cinder's coordination. Whoever
 * creates it holds the lock; there is no queue.
 */
export function createCinderRecipe(options: CinderRecipeOptions): CinderRecipe {
  return {
    // Puts, or reads, two keys for each lock; with a delay, in a transaction within, at a depth of two, its mark.
    maxKeys: (delayed) => (delayed ? 41 : 63),
    assertName: assertToozName,
    claim: (session, request, alsoHeld = () => []) => createCinderClaim(options, session, request, alsoHeld),
  };
}

/** What a transaction that takes locks does with their recovery marks. */
interface MarkOps {
  readonly compare: readonly Compare[];
  readonly success: readonly Op[];
  /** Reads what may be in the way. */
  readonly failure: readonly Op[];
  /** The marks that are not in the way. */
  readonly rested: readonly KeyValue[];
}

/**
 * Several locks are taken in the order of their names' bytes, as Cinder 23 and later takes them: each at once with
 * all free ones that follow it, and none before one that is waited for. So nobody waits in a circle.
 */
function createCinderClaim(
  options: CinderRecipeOptions,
  session: Session,
  { names, owner, marks }: ClaimRequest,
  alsoHeld: () => readonly Compare[],
): Claim {
  const { port, clock, watches, keySpace } = options;
  const places = names
    .map((name, i): ToozPlace => {
      const [key, ownerKey] = [toozLockKey(name), keySpace.ownerKey(name)];
      return { key, ownerKey, mark: marks[i], createdAt: undefined };
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const keys = places.map((place) => place.key);
  const writing: ToozWriting = { value: options.random(16), owner, lease: session.leaseId };
  let grantedAt = 0n;
  let foundMarks: readonly KeyValue[] = [];
  /** Marks of others that the claim was to put its own over. */
  let takenOver: readonly KeyValue[] = [];
  /** The permit of the last transaction of which a copy may be applied yet. */
  let strayPermit: bigint | undefined;

  const noMarks: MarkOps = { compare: [], success: [], failure: [], rested: [] };
  const putOrRead: MarkOps = { ...noMarks, success: putOrReadMarks(() => [], marks, owner) };
  const putIfRested = (rested: readonly KeyValue[]): MarkOps => ({
    compare: onlyRested(marks, rested),
    success: definedMarks(marks).map((key) => ({ type: "put", key, value: owner })),
    failure: lookAtMarks(marks, (i) => [doesNotExist(toozLockKey(names[i] as string))]),
    rested,
  });
  /** What the last attempt, if it failed, has seen of the marks. */
  let sights: readonly MarkSight[] = [];

  const isOurs = (place: ToozPlace): boolean => place.createdAt !== undefined;
  const ownedBy = (): Compare[] => [
    ...alsoHeld(),
    ...places.filter(isOurs).map((place) => createdAt(place.key, place.createdAt as bigint)),
  ];
  const lost = (why: string): LockLostError => new LockLostError(names, why);

  /** Takes those of the places that are not ours yet, all or none, and proves the others; or tells who is in the way. */
  const take = async (
    wanted: readonly ToozPlace[],
    marksOnTaking: MarkOps,
  ): Promise<BlockingKey | undefined> => {
    for (;;) {
      session.assertAlive();
      const { permit } = session;
      const missing = wanted.filter((place) => !isOurs(place));
      // A try of which an earlier copy has taken all has put the marks as well.
      const markOps = missing.length === 0 && marksOnTaking !== putOrRead ? noMarks : marksOnTaking;
      const lookup = [session.key, ...places.flatMap((place) => [place.key, place.ownerKey])];
      const answer = await port
        .txn(
          {
            compare: [
              permitIs(session, permit),
              ...ownedBy(),
              ...missing.map((place) => doesNotExist(place.key)),
              ...markOps.compare,
            ],
            success: [
              ...missing.flatMap((place) => putLock(place, writing)),
              askMajority(session.key),
              ...markOps.success,
            ],
            failure: [...lookup.map(read), ...markOps.failure],
          },
          { locks: keys },
        )
        .catch((error) => {
          if (!isRefusal(error)) strayPermit = permit;
          throw error;
        });
      if (answer.repeated) strayPermit = permit;
      if (answer.succeeded) {
        for (const place of missing) place.createdAt = answer.revision;
        grantedAt = answer.revision;
        foundMarks = foreignMarks(answer.results.at(-1), owner);
        return undefined;
      }
      sights = sightsOf(marks, answer.results.slice(lookup.length));
      const found = answer.results.slice(0, lookup.length);
      const mark = markInTheWay(sights, markOps.rested);
      const blocker = settleFailure(found, missing, permit, mark, answer.revision);
      if (blocker !== undefined) return blocker;
    }
  };

  /** Finds out why a transaction did not apply, and takes over what an earlier copy of it has taken. */
  const settleFailure = (
    results: readonly OpResult[],
    missing: readonly ToozPlace[],
    permit: bigint,
    mark: KeyValue | undefined,
    seenAt: bigint,
  ): BlockingKey | undefined => {
    const [sessionKey, ...found] = results.map((result) => rangeOf(result)[0]);
    if (sessionKey === undefined) throw session.loseKey();
    session.adoptPermit(sessionKey.modRevision);
    let blocker: BlockingKey | undefined;
    let tookOver = false;
    for (const [i, place] of places.entries()) {
      const [kv, ownerKv] = found.slice(2 * i, 2 * i + 2);
      const own = kv?.value.equals(writing.value) === true;
      if (place.createdAt !== undefined) {
        if (!own || kv.createRevision !== place.createdAt) throw lost(`${quoteName(place.key)} was deleted`);
      } else if (own) {
        place.createdAt = kv.createRevision;
        tookOver = true;
      } else if (kv !== undefined && missing.includes(place)) {
        blocker ??= { kv, queue: kv.key, seenAt, by: toozHolderOf(kv, ownerKv) };
      }
    }
    if (tookOver || blocker !== undefined) return blocker;
    if (mark !== undefined) return { kv: mark, queue: mark.key, seenAt, by: writerOf(mark) };
    if (sessionKey.modRevision === permit) throw lost("its entry in the queue is gone");
    return undefined;
  };

  const look = async (): Promise<BlockingKey | undefined> => {
    const blocker = await take(places, putOrRead);
    if (blocker === undefined) return undefined;
    const before = places.slice(
      0,
      places.findIndex((place) => place.key === blocker.kv.key),
    );
    return before.every(isOurs) ? blocker : ((await take(before, noMarks)) ?? blocker);
  };

  const leave = async (ending: Ending): Promise<number> => {
    if (strayPermit === undefined && !places.some(isOurs)) return 0;
    if (ending === "cut off") return leaveWith(() => []);
    const putBack = ending === "given up" ? takenOver : [];
    try {
      return await leaveWith(({ mark }) => removeMark(mark, owner, putBack));
    } catch (error) {
      // There is no space to put marks back: those that are there make the next holder wait as well.
      if (putBack.length > 0 && isRefusal(error)) return leaveWith(() => []);
      throw error;
    }
  };

  const leaveWith = async (removeMarkOf: (place: ToozPlace) => readonly Op[]): Promise<number> => {
    const deleteOwn = () =>
      port.txn(
        {
          compare: [],
          success: places.map((place) => ({ type: "txn", txn: deleteLock(place, writing, removeMarkOf) })),
        },
        { locks: keys },
      );
    await deleteOwn();
    if (strayPermit === undefined) return 0;
    await session.renewPermit(strayPermit);
    await deleteOwn();
    return 0;
  };

  return {
    session,
    marks,
    get foundMarks() {
      return foundMarks;
    },
    get grantedAt() {
      return grantedAt;
    },
    async acquire(wait) {
      const options = { ...wait, clock, watches, look, session };
      await waitTurn(await look(), options);
    },
    async tryAcquire(rested) {
      takenOver = rested;
      const granted = (await take(places, putIfRested(rested))) === undefined;
      if (!granted) await leave("given up");
      return { granted, sights };
    },
    async takeOverMarks() {
      takenOver = foundMarks;
      const answer = await port.txn(
        {
          compare: ownedBy(),
          success: foundMarks.map(({ key }) => ({ type: "put", key, value: owner })),
          failure: [read(session.key)],
        },
        { locks: keys },
      );
      if (answer.succeeded) return;
      throw rangeOf(answer.results[0]).length === 0
        ? session.loseKey()
        : lost("what held it in etcd is gone");
    },
    leave,
    ownedBy,
  };
}
