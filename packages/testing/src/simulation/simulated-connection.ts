import { type Clock, EtcdError } from "@fenceline/core";
import type { EtcdPort, TxnRequest, WatchHandlers } from "@fenceline/core/etcd-port";
import type { EtcdStore } from "./etcd-store.js";
import type { SimulatedMembers } from "./simulated-members.js";

/** A client's connection to a simulated etcd, and what goes wrong with it. */
export interface SimulatedConnection {
  readonly port: EtcdPort;
  /** From now on: nothing lost, requests lost on the way, or answers lost after etcd did what was asked. */
  network: "whole" | "requests lost" | "answers lost";
  /** How long answers take on their way back, in milliseconds. Default: 1. */
  answerDelayMs: number;
  /** Calls that were sent, each attempt counted. */
  readonly attempts: number;
  /**
   * Keeps back the first copy of the next transaction that `matches` until `deliver` is called. Its sender gets
   * no answer in time and tries again; that copy goes through.
   */
  holdBack(matches: (request: TxnRequest) => boolean): { readonly deliver: () => void };
  /**
   * True: as with a member that was cut off from its peers, mere reads are answered with what was stored then,
   * renewals are answered without renewing anything (not by versions since 3.4.31, 3.5.13 and 3.6), and
   * nothing else is answered.
   */
  cutOffFromMajority: boolean;
  /** True: no watch is told of anything any more. */
  loseEvents: boolean;
  /** Ends all watches, as when a connection breaks. */
  breakWatches(): void;
}

const LATENCY_MS = 1;
const ATTEMPT_TIMEOUT_MS = 1_000;
const ATTEMPTS = 3;

interface Answer<T> {
  readonly answer: T;
}

interface CallOptions<T> {
  readonly repeatable?: boolean | undefined;
  /** What a member without a majority answers; without it, nothing. */
  readonly cutOff?: ((member: StaleMember) => T) | undefined;
  /** How many attempts were made before. */
  readonly unanswered?: number | undefined;
}

/** What a member that was cut off from its peers still knows. */
interface StaleMember {
  readonly store: EtcdStore;
  readonly raftTerm: bigint;
  readonly leaseIds: readonly bigint[];
}

/** @param believesItself whether a member goes on answering renewals when it was cut off from its peers */
export function createSimulatedConnection(
  clock: Clock,
  members: SimulatedMembers,
  version: string,
  believesItself: boolean,
): SimulatedConnection {
  let network: SimulatedConnection["network"] = "whole";
  let answerDelayMs = LATENCY_MS;
  let attempts = 0;
  let stale: StaleMember | undefined;
  let loseEvents = false;
  let held: { readonly matches: (request: TxnRequest) => boolean; release: () => void } | undefined;
  let failWatches: (() => void) | undefined;

  const after = (delayMs: number): Promise<void> =>
    new Promise((resolve) => clock.startTimer(delayMs, resolve));

  /** One attempt of a call: `undefined` when there was no answer in time. */
  const attempt = async <T>(
    work: () => T,
    cutOff?: CallOptions<T>["cutOff"],
  ): Promise<Answer<() => T> | undefined> => {
    attempts += 1;
    const member = stale;
    const reached = member === undefined ? members.available : cutOff !== undefined;
    if (network === "requests lost" || !reached) {
      await after(ATTEMPT_TIMEOUT_MS);
      return undefined;
    }
    const lost = network === "answers lost";
    await after(LATENCY_MS);
    const outcome = settle(() => (member === undefined ? work() : cutOff?.(member)) as T);
    await after(lost ? ATTEMPT_TIMEOUT_MS : answerDelayMs);
    return lost ? undefined : { answer: outcome };
  };
  const call = async <T>(
    work: () => T,
    { cutOff, repeatable = true, unanswered = 0 }: CallOptions<T> = {},
  ): Promise<Answer<T> & { readonly repeated: boolean }> => {
    for (let tried = 1; ; tried += 1) {
      const outcome = await attempt(work, cutOff);
      const repeated = unanswered + tried > 1;
      if (outcome !== undefined) return { answer: tell(outcome.answer, repeated), repeated };
      if (!repeatable) throw new EtcdError("etcd_outcome_unknown", "no answer");
      if (tried === ATTEMPTS) throw new EtcdError("etcd_unavailable", "no answer", { retryable: true });
    }
  };

  const port: EtcdPort = {
    async txn(request, options) {
      if (held?.matches(request)) {
        held.release = () => settle(() => members.txn(request));
        held = undefined;
        await after(ATTEMPT_TIMEOUT_MS);
        if (options?.repeatable === false) throw new EtcdError("etcd_outcome_unknown", "no answer");
        const { answer, repeated } = await call(() => members.txn(request), { unanswered: 1 });
        return { ...answer, repeated };
      }
      const cutOff = ({ raftTerm, store }: StaleMember) => ({
        ...store.txn(request),
        revision: store.revision,
        raftTerm,
      });
      const { answer, repeated } = await call(() => members.txn(request), {
        repeatable: options?.repeatable,
        cutOff: writes(request) ? undefined : cutOff,
      });
      return { ...answer, repeated };
    },
    async leaseGrant(id, ttlSeconds) {
      await call(() => members.grantLease(id, ttlSeconds));
      return { ttlSeconds };
    },
    async leaseRevoke(id) {
      await call(() => members.endLease(id, "revoked"));
    },
    openKeepAlive(leaseId, handlers) {
      let open = true;
      let ttlSeconds = 0;
      const close = (): void => {
        open = false;
      };
      const renew = () => {
        ttlSeconds = members.renewLease(leaseId);
        return { ttlSeconds, raftTerm: members.raftTerm };
      };
      const answerAlone = ({ leaseIds, raftTerm }: StaleMember) => ({
        ttlSeconds: leaseIds.includes(leaseId) ? Math.max(ttlSeconds, 1) : 0,
        raftTerm,
      });
      return {
        send() {
          void attempt(renew, believesItself ? answerAlone : undefined).then((outcome) => {
            if (open && outcome !== undefined) handlers.onAnswer(outcome.answer());
          });
        },
        abandon: close,
        close,
      };
    },
    openWatch(handlers: WatchHandlers) {
      const stops = new Map<number, () => void>();
      const stop = (): void => {
        for (const end of stops.values()) end();
        stops.clear();
      };
      failWatches = () => {
        stop();
        handlers.onFailed(new Error("connection lost"));
      };
      const onDeleted = (watchId: number, revision: bigint): void => {
        if (network === "whole" && !loseEvents)
          void after(LATENCY_MS).then(() => handlers.onDeleted(watchId, revision));
      };
      return {
        create(watchId, key) {
          void attempt(() => {
            stops.set(
              watchId,
              members.watch(key, (revision) => onDeleted(watchId, revision)),
            );
            return members.store.revision;
          }).then((outcome) => {
            if (outcome !== undefined) handlers.onCreated(watchId, outcome.answer());
          });
        },
        cancel(watchId) {
          stops.get(watchId)?.();
          stops.delete(watchId);
        },
        close: stop,
      };
    },
    version: async () => (await call(() => version)).answer,
    close() {},
  };

  return {
    port,
    get network() {
      return network;
    },
    set network(next) {
      network = next;
    },
    get cutOffFromMajority() {
      return stale !== undefined;
    },
    set cutOffFromMajority(cutOff) {
      const { leaseIds, raftTerm, store } = members;
      stale = cutOff ? { store: store.copy(), raftTerm, leaseIds: leaseIds() } : undefined;
    },
    get loseEvents() {
      return loseEvents;
    },
    set loseEvents(lose) {
      loseEvents = lose;
    },
    get answerDelayMs() {
      return answerDelayMs;
    },
    set answerDelayMs(delayMs) {
      answerDelayMs = delayMs;
    },
    get attempts() {
      return attempts;
    },
    holdBack(matches) {
      const mine = { matches, release: () => {} };
      held = mine;
      return { deliver: () => mine.release() };
    },
    breakWatches: () => failWatches?.(),
  };
}

/** Does something now whose outcome is told later. */
function settle<T>(work: () => T): () => T {
  try {
    const answer = work();
    return () => answer;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** The answer, or why etcd refused; that says nothing of an earlier attempt that got no answer. */
function tell<T>(answer: () => T, repeated: boolean): T {
  try {
    return answer();
  } catch (error) {
    if (!repeated) throw error;
    throw new EtcdError("etcd_outcome_unknown", "refused, after an attempt without an answer", {
      cause: error,
    });
  }
}

/** A transaction that only reads may be answered by a member on its own. */
function writes(request: TxnRequest): boolean {
  return [...request.success, ...(request.failure ?? [])].some((op) => op.type !== "range");
}
