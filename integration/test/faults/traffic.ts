import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type Coordinator, FencelineError, type Lock } from "@fenceline/core";
import { checkHistory, type HistoryEvent } from "@fenceline/testing";

/** Coordinators that take one lock after each other, again and again, write under it, and note it all down. */
export interface Traffic {
  /** Ends it, and judges the history: one holder at a time, tokens that grow, no accepted write of an old one. */
  stop(): Promise<TrafficReport>;
}

export interface TrafficReport {
  readonly grants: number;
  /** What acquires failed with, where they did. */
  readonly failures: readonly string[];
  /** How long the longest acquire took; with one coordinator nobody else is waited for. */
  readonly longestMs: number;
}

export interface TrafficOptions {
  readonly lock?: string;
  readonly ttlMs: number;
  /** How long an acquire may take at most before it counts as failed. Default: 10 000. */
  readonly timeoutMs?: number;
}

/** How long a lock is held, and left alone after. */
const HOLD_MS = 20;

export function startTraffic(coordinators: readonly Coordinator[], options: TrafficOptions): Traffic {
  const { lock: name = "traffic", ttlMs, timeoutMs = 10_000 } = options;
  const events: HistoryEvent[] = [];
  const failures: string[] = [];
  let stopping = false;
  let grants = 0;
  let longestMs = 0;
  const running = Promise.all(coordinators.map((coordinator, index) => run(coordinator, `w${index + 1}`)));

  async function run(coordinator: Coordinator, worker: string): Promise<void> {
    for (let turn = 1; !stopping; turn += 1) {
      const of = { worker, lock: name, operation: `${worker}-${turn}` };
      const at = () => ({ ...of, ms: performance.now() });
      const invoked = performance.now();
      events.push({ kind: "invoke", call: "acquire", ...at() });
      let lock: Lock;
      try {
        lock = await coordinator.acquire(name, { timeoutMs });
      } catch (error) {
        failures.push(`${of.operation} after ${Math.round(performance.now() - invoked)} ms: ${error}`);
        events.push({ kind: "info", call: "acquire", ...at() });
        await sleep(50);
        continue;
      }
      events.push({ kind: "granted", token: lock.token, ...at() });
      grants += 1;
      longestMs = Math.max(longestMs, performance.now() - invoked);
      lock.signal.addEventListener("abort", () =>
        events.push({ kind: "belief-ended", why: "aborted", ...at() }),
      );
      await write(lock, of);
      await sleep(HOLD_MS);
      if (lock.held) events.push({ kind: "belief-ended", why: "released", ...at() });
      events.push({ kind: "invoke", call: "release", ...at() });
      await lock.release();
      events.push({ kind: "ok", call: "release", ...at() });
      await sleep(HOLD_MS);
    }
  }

  async function write(lock: Lock, { worker }: { readonly worker: string }): Promise<void> {
    const beginMs = performance.now();
    const effect = { kind: "effect", lock: name, worker, token: lock.token, beginMs } as const;
    try {
      await lock.guardedTxn((txn) => txn.put(`data/${name}`).value(`${lock.token}`));
      events.push({ ...effect, accepted: true, ms: performance.now() });
    } catch (error) {
      if (FencelineError.is(error, "lock_lost"))
        events.push({ ...effect, accepted: false, ms: performance.now() });
      // Otherwise nobody knows whether it was done.
      else if (!FencelineError.is(error, "etcd_outcome_unknown") && !isUnavailable(error)) throw error;
    }
  }

  return {
    async stop() {
      stopping = true;
      await running;
      const report = checkHistory(events, { ttlMs, isOneOfMany: true });
      const problems = report.violations.map(({ message }) => message);
      assert.deepEqual([problems, report.undecided], [[], undefined]);
      assert.ok(grants > 0, `no grant; ${failures.join("; ")}`);
      return { grants, failures, longestMs: Math.round(longestMs) };
    },
  };
}

function isUnavailable(error: unknown): boolean {
  return FencelineError.is(error) && error.code.startsWith("etcd_");
}
