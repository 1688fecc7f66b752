import { type Clock, EtcdError } from "@fenceline/core";
import type { EtcdPort, KeepAliveHandlers, TxnRequest, WatchHandlers } from "@fenceline/core/etcd-port";
import { createEtcdStore, type EtcdStore } from "./etcd-store.js";

/**
 * A cluster of etcd on simulated time: transactions, leases and watches, and a network that can fail.
 *
 * @example
 * ```ts
 * const clock = createSimulatedClock();
 * const etcd = createSimulatedEtcd(clock);
 * const { port } = etcd.connect();
 * const coordinator = await clock.advanceUntil(connect({ parts: { clock, port } }), 10_000);
 * ```
 */
export interface SimulatedEtcd {
  readonly store: EtcdStore;
  /** A client's connection, to be given to `connect({ parts: { port } })`. */
  connect(): SimulatedConnection;
  /** As `etcdctl del`. */
  deleteKey(key: string): void;
  /** As `etcdctl lease revoke` and the end of a TTL. */
  revoke(leaseId: bigint): void;
  readonly leaseIds: readonly bigint[];
  /** When a lease ends unless it is renewed, on the simulated clock. */
  leaseEndsAt(leaseId: bigint): number | undefined;
}

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
  /** True: as with a member that was cut off from its peers, renewals and mere reads are answered, nothing else. */
  cutOffFromMajority: boolean;
  /** True: no watch is told of anything any more. */
  loseEvents: boolean;
  /** Ends all watches, as when a connection breaks. */
  breakWatches(): void;
}

const LATENCY_MS = 1;
const ATTEMPT_TIMEOUT_MS = 1_000;
const ATTEMPTS = 3;
/** etcd looks for expired leases so often. */
const EXPIRY_TICK_MS = 500;

interface Lease {
  ttlSeconds: number;
  expiresAt: number;
}

interface Watch {
  readonly key: string;
  readonly onDeleted: () => void;
}

export function createSimulatedEtcd(clock: Clock): SimulatedEtcd {
  const store = createEtcdStore();
  const leases = new Map<bigint, Lease>();
  const watches = new Set<Watch>();

  const apply = (request: TxnRequest) => {
    const outcome = store.txn(request);
    announce(outcome.deleted);
    return { ...outcome, revision: store.revision, raftTerm: 1n };
  };
  const announce = (deleted: readonly string[]): void => {
    for (const watch of [...watches]) if (deleted.includes(watch.key)) watch.onDeleted();
  };
  const revoke = (id: bigint): void => {
    if (!leases.delete(id)) return;
    const keys = store.keys("").filter((key) => store.get(key)?.lease === id);
    if (keys.length > 0) {
      announce(store.txn({ compare: [], success: keys.map((key) => ({ type: "delete", key })) }).deleted);
    }
  };
  const expire = (): void => {
    for (const [id, lease] of leases) if (lease.expiresAt <= clock.now()) revoke(id);
    if (leases.size > 0) clock.startTimer(EXPIRY_TICK_MS, expire);
  };

  const connect = (): SimulatedConnection => {
    let network: SimulatedConnection["network"] = "whole";
    let answerDelayMs = LATENCY_MS;
    let attempts = 0;
    let cutOffFromMajority = false;
    let loseEvents = false;
    let held: { readonly matches: (request: TxnRequest) => boolean; release: () => void } | undefined;
    const ownWatches = new Map<number, Watch>();
    let failWatches: (() => void) | undefined;

    const after = (delayMs: number): Promise<void> =>
      new Promise((resolve) => clock.startTimer(delayMs, resolve));

    /** One attempt of a call: `undefined` when there was no answer in time. */
    const attempt = async <T>(
      work: () => T,
      needsMajority = true,
    ): Promise<{ readonly answer: T } | undefined> => {
      attempts += 1;
      if (network === "requests lost" || (needsMajority && cutOffFromMajority)) {
        await after(ATTEMPT_TIMEOUT_MS);
        return undefined;
      }
      const lost = network === "answers lost";
      await after(LATENCY_MS);
      const answer = work();
      await after(lost ? ATTEMPT_TIMEOUT_MS : answerDelayMs);
      return lost ? undefined : { answer };
    };
    const call = async <T>(
      work: () => T,
      repeatable = true,
      needsMajority = true,
    ): Promise<{ answer: T; repeated: boolean }> => {
      for (let tried = 1; ; tried += 1) {
        const outcome = await attempt(work, needsMajority);
        if (outcome !== undefined) return { answer: outcome.answer, repeated: tried > 1 };
        if (!repeatable) throw new EtcdError("etcd_outcome_unknown", "no answer");
        if (tried === ATTEMPTS) throw new EtcdError("etcd_unavailable", "no answer", { retryable: true });
      }
    };

    const port: EtcdPort = {
      async txn(request, options) {
        if (held?.matches(request)) {
          held.release = () => apply(request);
          held = undefined;
          await after(ATTEMPT_TIMEOUT_MS);
          const { answer } = await call(() => apply(request));
          return { ...answer, repeated: true };
        }
        const { answer, repeated } = await call(() => apply(request), options?.repeatable, writes(request));
        return { ...answer, repeated };
      },
      async leaseGrant(id, ttlSeconds) {
        await call(() => {
          const first = leases.size === 0;
          leases.set(id, { ttlSeconds, expiresAt: clock.now() + ttlSeconds * 1000 });
          if (first) clock.startTimer(EXPIRY_TICK_MS, expire);
        });
        return { ttlSeconds };
      },
      async leaseRevoke(id) {
        await call(() => revoke(id));
      },
      openKeepAlive(leaseId: bigint, handlers: KeepAliveHandlers) {
        let open = true;
        const close = (): void => {
          open = false;
        };
        return {
          send() {
            void attempt(() => {
              const lease = leases.get(leaseId);
              if (lease !== undefined) lease.expiresAt = clock.now() + lease.ttlSeconds * 1000;
              return lease?.ttlSeconds ?? 0;
            }, false).then((outcome) => {
              if (open && outcome !== undefined) {
                handlers.onAnswer({ ttlSeconds: outcome.answer, raftTerm: 1n });
              }
            });
          },
          abandon: close,
          close,
        };
      },
      openWatch(handlers: WatchHandlers) {
        const stop = (): void => {
          for (const watch of ownWatches.values()) watches.delete(watch);
          ownWatches.clear();
        };
        failWatches = () => {
          stop();
          handlers.onFailed(new Error("connection lost"));
        };
        return {
          create(watchId, key) {
            void attempt(() => {
              const watch: Watch = {
                key,
                onDeleted: () => {
                  if (network === "whole" && !loseEvents)
                    void after(LATENCY_MS).then(() => handlers.onDeleted(watchId));
                },
              };
              ownWatches.set(watchId, watch);
              watches.add(watch);
            }).then((outcome) => {
              if (outcome !== undefined) handlers.onCreated(watchId);
            });
          },
          cancel(watchId) {
            const watch = ownWatches.get(watchId);
            if (watch !== undefined) watches.delete(watch);
            ownWatches.delete(watchId);
          },
          close: stop,
        };
      },
      version: async () => (await call(() => "3.4.23")).answer,
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
        return cutOffFromMajority;
      },
      set cutOffFromMajority(cutOff) {
        cutOffFromMajority = cutOff;
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
  };

  return {
    store,
    connect,
    revoke,
    deleteKey(key) {
      announce(store.txn({ compare: [], success: [{ type: "delete", key }] }).deleted);
    },
    get leaseIds() {
      return [...leases.keys()];
    },
    leaseEndsAt: (leaseId) => leases.get(leaseId)?.expiresAt,
  };
}

/** A transaction that only reads may be answered by a member on its own. */
function writes(request: TxnRequest): boolean {
  return [...request.success, ...(request.failure ?? [])].some((op) => op.type !== "range");
}
