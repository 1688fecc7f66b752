import assert from "node:assert/strict";
import { type Coordinator, connect, type WireFormat } from "@fenceline/core";
import type { EtcdPort } from "@fenceline/core/etcd-port";
import fc from "fast-check";
import type { SimulatedClock } from "../../dist/simulation/simulated-clock.js";
import { createSimulation, type Simulation, TTL_MS } from "./simulation.js";

const ENOUGH = new Error("enough");

interface Case {
  readonly what: string;
  /** Whether the node has a session already. */
  readonly warm: boolean;
  /** For how long somebody else holds the lock, in milliseconds. */
  readonly heldMs: number;
  /** Whether that holder ends unclean, so that the lock has to rest. */
  readonly unclean?: boolean;
}

const cases: readonly Case[] = [
  { what: "a free lock", warm: true, heldMs: 0 },
  { what: "a free lock, which needs a session first", warm: false, heldMs: 0 },
  { what: "a lock that is released meanwhile", warm: true, heldMs: 20 },
  { what: "a lock that has to rest after an unclean end", warm: true, heldMs: 20, unclean: true },
];

describe("An acquire that is aborted", () => {
  for (const wire of ["etcd", "cinder", ["etcd", "cinder"]] as const) {
    for (const { what, warm, heldMs, unclean = false } of cases) {
      it(`rejects at once and leaves nothing, at each step towards ${what}, with wire ${wire}`, async function () {
        this.timeout(20_000);
        let step = 1;
        while (await isAbortedAt(step, { wire, what, warm, heldMs, unclean })) step += 1;
        assert.ok(step > 2, "a grant takes a call at least");
      });
    }
  }

  it("rejects and leaves nothing, in whatever order answers and the abort come", async function () {
    this.timeout(20_000);
    const anyOrder = fc.asyncProperty(fc.scheduler(), fc.nat(8), async (scheduler, turns) => {
      const simulation = createSimulation();
      const { clock, queueEntries } = simulation;
      let connected = false;
      const inAnyOrder = (port: EtcdPort): EtcdPort => ({
        ...port,
        txn: async (request, options) => {
          const answer = port.txn(request, options);
          return connected ? await scheduler.schedule(answer) : await answer;
        },
      });
      const nodes = await Promise.all(["a", "b", "c"].map((name) => openNode(simulation, name, inAnyOrder)));
      const [a, b, c] = nodes as [Coordinator, Coordinator, Coordinator];
      connected = true;
      const abort = new AbortController();
      const aborted = b.withLock("volume", { signal: abort.signal }, () => {});
      const works = [a, c].map((node) => node.withLock("volume", () => {}));
      void (async () => {
        for (let turn = 0; turn <= turns; turn += 1) await scheduler.schedule(Promise.resolve(), "abort");
        abort.abort(ENOUGH);
      })();
      const [outcome, ...others] = await runAll(clock, scheduler, Promise.allSettled([aborted, ...works]));
      if (outcome?.status === "rejected") assert.equal(outcome.reason, ENOUGH);
      for (const other of others) assert.equal(other.status, "fulfilled");
      // What was given up is removed in the background.
      await runAll(clock, scheduler, clock.advance(100));
      while (scheduler.count() > 0) await runAll(clock, scheduler, scheduler.waitOne());
      assert.deepEqual(queueEntries(), []);
    });
    await fc.assert(anyOrder, { numRuns: 200 });
  });
});

interface Attempt extends Required<Case> {
  readonly wire: WireFormat | readonly WireFormat[];
}

/** Aborts an acquire at one of its steps. False if the lock was granted before. */
async function isAbortedAt(step: number, attempt: Attempt): Promise<boolean> {
  const { heldMs, unclean, warm } = attempt;
  const simulation = createSimulation();
  const { clock, run } = simulation;
  const options = { wire: attempt.wire };
  const key = { scope: "global", name: "volume", ...(unclean ? { lockDelayMs: 500 } : {}) } as const;
  const other = await simulation.node("other", options);
  const abort = new AbortController();
  let steps = Number.NEGATIVE_INFINITY;
  let abortedAt: number | undefined;
  const node = await openNode(
    simulation,
    "node",
    (port) =>
      withSteps(port, () => {
        steps += 1;
        if (steps !== step) return;
        abortedAt = clock.now();
        abort.abort(ENOUGH);
      }),
    options,
  );
  if (warm) await run(node.withLock("another", () => {}));
  if (heldMs > 0) {
    const held = await run(other.coordinator.acquire(key));
    clock.startTimer(heldMs, () => void (unclean ? other.coordinator.close() : held.release()));
  }

  steps = 0;
  const outcome = await run(
    node.acquire(key, { signal: abort.signal }).then(
      (lock) => ({ lock }),
      (reason: unknown) => ({ reason, ms: clock.now() - (abortedAt as number) }),
    ),
  );
  steps = Number.NEGATIVE_INFINITY;
  if ("lock" in outcome) {
    assert.equal(abortedAt, undefined, `step ${step}: granted after the abort`);
    await run(outcome.lock.release());
    return false;
  }
  assert.deepEqual(outcome, { reason: ENOUGH, ms: 0 }, `step ${step}`);
  await clock.advance(heldMs + TTL_MS / 2);
  assert.deepEqual(simulation.queueEntries(), [], `step ${step}`);
  const next = await run(node.acquire(key, { timeoutMs: 1_000 }));
  await run(next.release());
  return true;
}

/** Calls back before and after each call and each event of a watch. */
function withSteps(port: EtcdPort, onStep: () => void): EtcdPort {
  const step = async <T>(call: () => Promise<T>): Promise<T> => {
    onStep();
    try {
      return await call();
    } finally {
      onStep();
    }
  };
  return {
    ...port,
    txn: (request, options) => step(() => port.txn(request, options)),
    leaseGrant: (id, ttlSeconds) => step(() => port.leaseGrant(id, ttlSeconds)),
    openWatch: (handlers) =>
      port.openWatch({
        ...handlers,
        onCreated(watchId, revision) {
          onStep();
          handlers.onCreated(watchId, revision);
          onStep();
        },
        onDeleted(watchId, revision) {
          onStep();
          handlers.onDeleted(watchId, revision);
          onStep();
        },
      }),
  };
}

async function openNode(
  { clock, etcd }: Simulation,
  node: string,
  wrap: (port: EtcdPort) => EtcdPort,
  options: { readonly wire?: Attempt["wire"] } = {},
): Promise<Coordinator> {
  const port = wrap(etcd.connect().port);
  return await clock.advanceUntil(
    connect({ node, ttlMs: TTL_MS, ...options, parts: { clock, port } }),
    60_000,
  );
}

/** Lets time pass, and scheduled answers come one by one, until a promise settles. */
async function runAll<T>(clock: SimulatedClock, scheduler: fc.Scheduler, promise: Promise<T>): Promise<T> {
  let settled = false;
  const watched = promise.finally(() => {
    settled = true;
  });
  for (let turns = 0; !settled && turns < 10_000; turns += 1) {
    // An answer that is waited for may need time to come.
    if (scheduler.count() > 0) await clock.advanceUntil(scheduler.waitOne(), 10_000);
    else await clock.advance(1);
  }
  assert.ok(settled, "nothing settled");
  return await watched;
}
