import type { Clock } from "../clock.js";
import { FencelineError, LockLostError } from "../errors.js";
import type { EtcdPort } from "../etcd/port.js";
import { FencingToken, MAX_SEQUENCE } from "../fencing/fencing-token.js";
import type { Claim } from "../recipes/lock-recipe.js";
import type { RecoveryMark } from "../recipes/recovery-marks.js";
import type { Grant, ReleaseFacts } from "./scope-locks.js";

/** How far what stands in etcd for a lock may be handed on inside a process before remote waiters get their turn. */
export interface HandOver {
  /** How many holders may follow the first one. */
  readonly maxTurns: number;
  /** How long after the first grant a holder may still follow, in milliseconds. */
  readonly maxMs: number;
}

export interface GlobalGrantOptions {
  readonly port: EtcdPort;
  readonly clock: Clock;
  readonly names: readonly string[];
  readonly claim: Claim;
  /** 0 for the first holder of the claim. */
  readonly turn: number;
  /** When the first holder of the claim was granted. */
  readonly since: number;
  readonly handOver: HandOver;
  readonly recoveredFrom: readonly RecoveryMark[];
  /**
   * Gives the claim back; `reusable` when the next holder of this process may have it, `cutOff` when its recovery
   * marks must stay.
   */
  readonly onReleased: (reusable: boolean, cutOff: boolean) => Promise<ReleaseFacts>;
  readonly onLost: () => void;
}

/** How long `release()` waits for etcd at most; after that the claim is given back in the background. */
const RELEASE_TIMEOUT_MS = 5_000;

/** Global locks that are held: a claim that was granted. */
export function createGlobalGrant(options: GlobalGrantOptions): Grant {
  const { claim, names, port, clock, turn } = options;
  const { session } = claim;
  const token = FencingToken.of(claim.grantedAt, turn);
  const listeners: ((error: LockLostError) => void)[] = [];
  let lost: LockLostError | undefined;
  let releasing: Promise<void> | undefined;
  /** Transactions that may still be applied: while there are any, the claim must not become another holder's. */
  let unsettledTxns = 0;
  let releaseFacts: ReleaseFacts | undefined;

  const lose = (error: LockLostError): void => {
    if (lost !== undefined || releasing !== undefined) return;
    lost = error;
    for (const listener of listeners) listener(error);
    options.onLost();
  };
  const forgetSession = session.onLost((cause) => lose(new LockLostError(names, cause.message, { cause })));

  const mayHandOver = (): boolean =>
    unsettledTxns === 0 &&
    session.isAlive() &&
    turn < Math.min(options.handOver.maxTurns, MAX_SEQUENCE) &&
    clock.now() - options.since < options.handOver.maxMs;

  const release = async (cutOff: boolean): Promise<void> => {
    forgetSession();
    const reusable = lost === undefined && !cutOff && mayHandOver();
    const released = options.onReleased(reusable, cutOff).then((facts) => {
      releaseFacts = facts;
    });
    let timer: { cancel(): void } | undefined;
    const longEnough = new Promise<void>((resolve) => {
      timer = clock.startTimer(RELEASE_TIMEOUT_MS, resolve, { keepAlive: true });
    });
    await Promise.race([released, longEnough]);
    timer?.cancel();
  };

  const assertHeld = (): void => {
    session.isAlive();
    if (lost !== undefined) throw lost;
    if (releasing !== undefined) throw new LockLostError(names, "it was released");
  };

  return {
    tokenOf: () => token,
    recoveredFrom: options.recoveredFrom,
    assertHeld,
    onLost(listener) {
      if (lost !== undefined) listener(lost);
      else listeners.push(listener);
    },
    release({ cutOff = false } = {}) {
      releasing ??= release(cutOff);
      return releasing;
    },
    get releaseFacts() {
      return releaseFacts;
    },
    async guardedTxn(request) {
      assertHeld();
      unsettledTxns += 1;
      try {
        const answer = await port.txn(
          { ...request, compare: [...claim.ownedBy(), ...request.compare] },
          { repeatable: false },
        );
        unsettledTxns -= 1;
        if (answer.succeeded) return answer;
      } catch (error) {
        if (!FencelineError.is(error, "etcd_outcome_unknown")) unsettledTxns -= 1;
        throw error;
      }
      lose(new LockLostError(names, "what held it in etcd is gone"));
      throw lost ?? new LockLostError(names, "it was released");
    },
  };
}
