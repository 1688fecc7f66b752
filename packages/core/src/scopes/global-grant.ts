import type { Clock } from "../clock.js";
import { FencelineError, LockLostError } from "../errors.js";
import { askMajority, type EtcdPort, type TxnRequest, type TxnResponse } from "../etcd/port.js";
import { FencingToken, MAX_SEQUENCE } from "../fencing/fencing-token.js";
import type { Ticket } from "../recipes/local-queue.js";
import type { Claim, Ending } from "../recipes/lock-recipe.js";
import type { RecoveryMark } from "../recipes/recovery-marks.js";
import type { RosterEntry } from "../roster.js";
import type { LossListener } from "../session/session.js";
import type { Held, HeldChecks } from "./held-checks.js";
import type { Grant, ReleaseFacts } from "./scope-locks.js";

/** How far what stands in etcd for a lock may be handed on inside a process before remote waiters get their turn. */
export interface HandOver {
  /** How many holders may follow the first one. */
  readonly maxTurns: number;
  /** How long after the first grant a holder may still follow, in milliseconds. */
  readonly maxMs: number;
}

/** A claim that was granted, and which of this process's holders has it. */
export interface Turn {
  readonly claim: Claim;
  /** 0 for the first holder of the claim. */
  readonly turn: number;
  /** When the first holder of the claim was granted. */
  readonly since: number;
  /** What its holder has found, the first that uses it; nothing for those that follow. */
  readonly recoveredFrom: readonly RecoveryMark[];
}

/** What all grants of a coordinator have in common. */
export interface GlobalGrantContext {
  readonly port: EtcdPort;
  readonly clock: Clock;
  readonly handOver: HandOver;
  readonly checks: HeldChecks;
  /** Gives the claim back; `reusable` when the next holder of this process may have it. */
  giveBack(
    ticket: Ticket,
    held: Turn,
    ending: Ending,
    reusable: boolean,
  ): ReleaseFacts | Promise<ReleaseFacts>;
}

/** How long `release()` waits for etcd at most; after that the claim is given back in the background. */
const RELEASE_TIMEOUT_MS = 5_000;

/** Global locks that are held: a claim that was granted. */
export class GlobalGrant implements Grant, Held {
  readonly #context: GlobalGrantContext;
  readonly #ticket: Ticket;
  readonly #held: Turn;
  readonly #token: FencingToken;
  readonly #lossListener: RosterEntry<LossListener>;
  readonly #check: RosterEntry<Held>;
  #tellLost: ((error: LockLostError) => void) | undefined;
  #lost: LockLostError | undefined;
  #releasing: Promise<void> | undefined;
  /** Transactions that may still be applied: while there are any, the claim must not become another holder's. */
  #unsettledTxns = 0;
  #releaseFacts: ReleaseFacts | undefined;

  constructor(context: GlobalGrantContext, ticket: Ticket, held: Turn) {
    this.#context = context;
    this.#ticket = ticket;
    this.#held = held;
    this.#token = FencingToken.of(held.claim.grantedAt, held.turn);
    this.#check = context.checks.add(this);
    this.#lossListener = held.claim.session.onLost((cause) =>
      this.#lose(new LockLostError(ticket.names, cause.message, { cause })),
    );
  }

  get recoveredFrom(): readonly RecoveryMark[] {
    return this.#held.recoveredFrom;
  }

  get releaseFacts(): ReleaseFacts | undefined {
    return this.#releaseFacts;
  }

  tokenOf(): FencingToken {
    return this.#token;
  }

  assertHeld(): void {
    this.#held.claim.session.isAlive();
    if (this.#lost !== undefined) throw this.#lost;
    if (this.#releasing !== undefined) throw new LockLostError(this.#ticket.names, "it was released");
  }

  onLost(listener: (error: LockLostError) => void): void {
    if (this.#lost !== undefined) listener(this.#lost);
    else this.#tellLost = listener;
  }

  release(ending: Ending = "released"): Promise<void> {
    this.#releasing ??= this.#release(ending);
    return this.#releasing;
  }

  async guardedTxn(request: TxnRequest): Promise<TxnResponse> {
    this.assertHeld();
    this.#unsettledTxns += 1;
    try {
      const answer = await this.#context.port.txn(
        { ...request, compare: [...this.#held.claim.ownedBy(), ...request.compare] },
        { repeatable: false },
      );
      this.#unsettledTxns -= 1;
      if (answer.succeeded) return answer;
    } catch (error) {
      if (!FencelineError.is(error, "etcd_outcome_unknown")) this.#unsettledTxns -= 1;
      throw error;
    }
    this.#lose(this.#gone());
    throw this.#lost ?? new LockLostError(this.#ticket.names, "it was released");
  }

  async verify(): Promise<void> {
    const { claim } = this.#held;
    const answer = await this.#context.port.txn(
      { compare: claim.ownedBy(), success: [askMajority(claim.session.key)] },
      { locks: this.#ticket.names },
    );
    if (!answer.succeeded) this.#lose(this.#gone());
  }

  #gone(): LockLostError {
    return new LockLostError(this.#ticket.names, "what held it in etcd is gone");
  }

  #lose(error: LockLostError): void {
    if (this.#lost !== undefined || this.#releasing !== undefined) return;
    this.#lost = error;
    this.#context.checks.remove(this.#check);
    this.#tellLost?.(error);
    this.#ticket.leave();
  }

  #mayHandOver(): boolean {
    const { handOver, clock } = this.#context;
    const { claim, turn, since } = this.#held;
    return (
      this.#unsettledTxns === 0 &&
      claim.session.isAlive() &&
      turn < Math.min(handOver.maxTurns, MAX_SEQUENCE) &&
      clock.now() - since < handOver.maxMs
    );
  }

  #release(ending: Ending): Promise<void> {
    const { checks, clock } = this.#context;
    this.#held.claim.session.forget(this.#lossListener);
    checks.remove(this.#check);
    const reusable = this.#lost === undefined && ending !== "cut off" && this.#mayHandOver();
    const given = this.#context.giveBack(this.#ticket, this.#held, ending, reusable);
    if (!(given instanceof Promise)) {
      this.#releaseFacts = given;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const timer = clock.startTimer(RELEASE_TIMEOUT_MS, resolve, { keepAlive: true });
      const end = (facts: ReleaseFacts): void => {
        this.#releaseFacts = facts;
        timer.cancel();
        resolve();
      };
      given.then(end, reject);
    });
  }
}
