import type { Clock } from "../clock.js";
import type { DeletionWatches } from "../etcd/deletion-watches.js";
import type { Compare, EtcdPort, KeyValue } from "../etcd/port.js";
import type { Session } from "../session/session.js";
import { type BlockingKey, writerOf } from "./blocker.js";
import { isRefusal } from "./compares.js";
import type { Claim, ClaimRequest, Ending, LockRecipe, TryOutcome, WaitOptions } from "./lock-recipe.js";
import { dequeue, type Entered, enqueue, inspect, takeOverMarks, undoEnqueue } from "./mutex-queue.js";
import { type Enqueued, ownedBy, type QueueEntry } from "./queue-entry.js";
import type { KeySpace } from "./queue-keys.js";
import type { MarkKeys } from "./recovery-marks.js";
import { type TryConditions, tryEnqueue } from "./try-queue.js";
import { waitTurn } from "./wait-turn.js";

export interface RecipeOptions {
  readonly port: EtcdPort;
  readonly clock: Clock;
  readonly watches: DeletionWatches;
  readonly keySpace: KeySpace;
}

export interface QueueRecipe extends LockRecipe {
  claim(session: Session, request: ClaimRequest): QueueClaim;
}

/** Wire format `etcd`: a place in the queues of etcd's own lock recipe, first come, first served. */
export function createQueueRecipe(options: RecipeOptions): QueueRecipe {
  return {
    // Entering puts a key for each lock and reads its queue, and with a delay, in a transaction within, at a depth of
    // two, its mark.
    maxKeys: (delayed) => (delayed ? 42 : 64),
    assertName() {},
    claim: (session, request) => new QueueClaim(options, session, request),
  };
}

/** Leaves the queues, with the recovery marks as the ending wants them. */
function leaveQueues(port: EtcdPort, entry: QueueEntry, ending: Ending): Promise<number> {
  if (ending === "cut off") return dequeue(port, { ...entry, marks: NONE });
  if (entry.takenOver.length === 0) return dequeue(port, entry);
  if (ending === "released") return dequeue(port, { ...entry, takenOver: NONE });
  return dequeue(port, entry).catch((error) => {
    // There is no space to put marks back: those that are there make the next holder wait as well.
    if (isRefusal(error)) return dequeue(port, { ...entry, marks: NONE });
    throw error;
  });
}

/** One for all, as there may be tens of thousands of claims. */
const NONE: readonly never[] = [];

/** A request for places in queues, and the places. */
class QueueClaim implements Claim {
  readonly session: Session;
  readonly marks: MarkKeys;
  readonly #options: RecipeOptions;
  readonly #queues: readonly string[];
  readonly #owner: string;
  /** The place, once there is one, and what was read last of it. */
  #entry: QueueEntry | undefined;
  #foundMarks: readonly KeyValue[] = NONE;
  /** Marks of others that the claim was to put its own over. */
  #takenOver: readonly KeyValue[] = NONE;
  #revision = 0n;
  /** What entering failed with. */
  #failure: unknown;

  constructor(options: RecipeOptions, session: Session, { names, owner, marks }: ClaimRequest) {
    this.#options = options;
    this.#queues = names.map((name) => options.keySpace.queuePrefix(name));
    this.#owner = owner;
    this.session = session;
    this.marks = marks;
  }

  get foundMarks(): readonly KeyValue[] {
    return this.#foundMarks;
  }

  get grantedAt(): bigint {
    return this.#revision;
  }

  async acquire(wait: WaitOptions): Promise<void> {
    const { port, clock, watches } = this.#options;
    let entered: Entered;
    try {
      entered = await enqueue(port, this.session, this.#queues, this.#owner, this.marks);
    } catch (error) {
      this.#failure = error;
      throw error;
    }
    const { entry } = entered;
    // From now on there is something to leave, whatever the first look at it comes to.
    this.#entry = entry;
    const blocker = this.#lookAt(entered.seen ?? (await inspect(port, entry)));
    if (blocker === undefined) return;
    await waitTurn(blocker, {
      ...wait,
      clock,
      watches,
      session: this.session,
      look: async () => this.#lookAt(await inspect(port, entry)),
    });
  }

  /** @param other what another recipe asks for the same locks, of keys and of marks that it will put itself */
  async tryAcquire(
    rested: readonly KeyValue[],
    other: Omit<TryConditions, "rested"> = { marks: this.marks, alsoFree: [] },
  ): Promise<TryOutcome> {
    const conditions = { ...other, rested };
    if (rested.length > 0) this.#takenOver = rested;
    const { port } = this.#options;
    try {
      const tried = await tryEnqueue(port, this.session, this.#queues, this.#owner, this.marks, conditions);
      if (tried.enqueued !== undefined) this.#lookAt(tried.enqueued);
      return { granted: tried.enqueued !== undefined, sights: tried.sights };
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  async takeOverMarks(): Promise<void> {
    if (this.#entry === undefined) return;
    this.#entry = { ...this.#entry, takenOver: this.#foundMarks };
    await takeOverMarks(this.#options.port, this.#entry, this.#foundMarks);
  }

  async leave(ending: Ending): Promise<number> {
    const { port } = this.#options;
    if (this.#entry !== undefined) return leaveQueues(port, this.#entry, ending);
    if (this.#failure !== undefined) {
      await undoEnqueue(
        port,
        this.session,
        this.#queues,
        this.#owner,
        this.marks,
        this.#takenOver,
        this.#failure,
      );
    }
    return 0;
  }

  ownedBy(): readonly Compare[] {
    return this.#entry === undefined ? NONE : ownedBy(this.#entry);
  }

  #lookAt(found: Enqueued): BlockingKey | undefined {
    this.#entry = found.entry;
    this.#revision = found.revision;
    if (found.foundMarks.length > 0) this.#foundMarks = found.foundMarks;
    const [kv] = found.blockers;
    const queue = this.#queues.find((prefix) => kv?.key.startsWith(prefix)) ?? "";
    return kv && { kv, queue, seenAt: found.revision, by: { ...writerOf(kv), ahead: found.ahead } };
  }
}
