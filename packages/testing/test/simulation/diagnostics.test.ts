import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import {
  createMemoryTokenGate,
  type DiagnosticChannel,
  type DiagnosticEvents,
  FencingToken,
  type Interceptor,
  lockKey,
} from "@fenceline/core";
import { codeOf, createSimulation, rejectionOf, TTL_MS } from "./simulation.js";

const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/** Sets a trace context on every request. */
const traced =
  (text: string): Interceptor =>
  (operation, next) => {
    if (operation.kind === "acquire") operation.trace = text;
    return next();
  };

describe("diagnostics channels", () => {
  const subscriptions: (() => void)[] = [];
  afterEach(() => {
    for (const end of subscriptions.splice(0)) end();
  });

  /** Everything that is published on a channel from now on. */
  const record = <Name extends DiagnosticChannel>(name: Name): DiagnosticEvents[Name][] => {
    const events: DiagnosticEvents[Name][] = [];
    const listener = (event: unknown): number => events.push(event as DiagnosticEvents[Name]);
    subscribe(name, listener);
    subscriptions.push(() => unsubscribe(name, listener));
    return events;
  };

  it("tell of a request, its holding and their ends, each with the same objects", async () => {
    const { node, run } = createSimulation();
    const starts = record("fenceline:acquire:start");
    const ends = record("fenceline:acquire:end");
    const holdStarts = record("fenceline:hold:start");
    const holdEnds = record("fenceline:hold:end");
    const a = await node("a");
    const lock = await run(a.coordinator.acquire("volume", { operation: "delete_volume" }));
    assert.equal(starts[0]?.operation.purpose, "delete_volume");
    assert.equal(starts[0]?.operation.coordinator.node, "a");
    assert.deepEqual(ends, [{ operation: starts[0]?.operation, lock }]);
    assert.deepEqual(holdStarts, [{ operation: starts[0]?.operation, lock }]);
    assert.deepEqual(holdEnds, []);
    await run(lock.release());
    assert.deepEqual(holdEnds, [{ lock, waiters: 0, handedOver: false }]);
  });

  it("tell of a request that failed, and of one that found the lock taken", async () => {
    const { node, run } = createSimulation();
    const ends = record("fenceline:acquire:end");
    const a = await node("a");
    const lock = await run(a.coordinator.acquire("volume"));
    await run(a.coordinator.tryAcquire("volume"));
    await run(rejectionOf(a.coordinator.acquire("volume", { timeoutMs: 10 })));
    assert.deepEqual(
      ends.map((event) => [event.lock === lock, codeOf(event.error ?? {})]),
      [
        [true, undefined],
        [false, undefined],
        [false, "lock_timeout"],
      ],
    );
  });

  it("tell a waiter of the trace context of a holder in Cinder's wire format", async () => {
    const { node, run } = createSimulation();
    const blocked = record("fenceline:acquire:blocked");
    const a = await node("a", { wire: "cinder", interceptors: [traced(trace)] });
    const b = await node("b", { wire: "cinder" });
    await run(a.coordinator.acquire("volume"));
    await run(rejectionOf(b.coordinator.acquire("volume", { timeoutMs: 100 })));
    assert.deepEqual(
      blocked.map(({ blockedBy }) => blockedBy.trace),
      [trace],
    );
  });

  it("tell a waiter of the trace context of who is before it on another node", async () => {
    const { node, run, clock } = createSimulation();
    const blocked = record("fenceline:acquire:blocked");
    const a = await node("a", { interceptors: [traced(trace)] });
    const b = await node("b");
    const lock = await run(a.coordinator.acquire("volume", { operation: "delete_volume" }));
    const waiting = b.coordinator.acquire("volume");
    await clock.advance(50);
    assert.equal(blocked.length, 1);
    assert.equal(blocked[0]?.operation.coordinator.node, "b");
    assert.equal(blocked[0]?.blockedBy.trace, trace);
    assert.equal(blocked[0]?.blockedBy.ahead, 1);
    assert.match(blocked[0]?.blockedBy.text ?? "", /^a \(pid \d+, delete_volume, since /);
    await run(lock.release());
    await run((await run(waiting)).release());
  });

  for (const scope of ["process", "global"] as const) {
    it(`tell a waiter of who is before it in the same process, at scope ${scope}`, async () => {
      const { node, run, clock } = createSimulation();
      const blocked = record("fenceline:acquire:blocked");
      const a = await node("a", { interceptors: [traced(trace)] });
      const key = lockKey(scope, "volume");
      const lock = await run(a.coordinator.acquire(key));
      const waiting = [a.coordinator.acquire(key), a.coordinator.acquire(key)];
      await clock.advance(50);
      assert.deepEqual(
        blocked.map(({ blockedBy }) => [blockedBy.trace, blockedBy.ahead]),
        [
          [trace, 1],
          [trace, 2],
        ],
      );
      await run(lock.release());
      for (const next of waiting) await run((await run(next)).release());
    });
  }

  it("tell of no trace context that is none, whoever has written it", async () => {
    const { node, run, clock, etcd } = createSimulation();
    const blocked = record("fenceline:acquire:blocked");
    const a = await node("a", { interceptors: [traced(`${trace}\r\nx: y`)] });
    const b = await node("b");
    const lock = await run(a.coordinator.acquire("volume"));
    const entry = etcd.store.get(etcd.store.keys("fenceline/locks/")[0] ?? "");
    assert.ok(!entry?.value.toString().includes("trace"));
    await run(lock.release());

    const record1 = { v: 1, id: "x", node: "evil", pid: 1, since: "now", trace: `${trace}-more` };
    etcd.store.txn({
      compare: [],
      success: [{ type: "put", key: "fenceline/locks/volume/1", value: JSON.stringify(record1) }],
    });
    const waiting = b.coordinator.acquire("volume", { timeoutMs: 100 });
    await run(rejectionOf(waiting));
    assert.equal(blocked.length, 1);
    assert.match(blocked[0]?.blockedBy.text ?? "", /^evil/);
    assert.equal(blocked[0]?.blockedBy.trace, undefined);
    await clock.advance(10);
  });

  it("count at a release those who wait in this process and on other nodes", async () => {
    const { node, run, clock } = createSimulation();
    const ends = record("fenceline:hold:end");
    const a = await node("a", { handOver: { maxTurns: 0 } });
    const others = [await node("b"), await node("c")];
    const lock = await run(a.coordinator.acquire("volume"));
    const waiting = [a, ...others].map(({ coordinator }) => coordinator.acquire("volume"));
    await clock.advance(50);
    await run(lock.release());
    assert.deepEqual(ends, [{ lock, waiters: 3, handedOver: false }]);
    const granted = waiting.map((next) => next.then((held) => held.release()));
    await run(Promise.all(granted));
    assert.deepEqual(
      ends.map(({ waiters }) => waiters),
      [3, 2, 1, 0],
    );
  });

  it("tell of an entry that is handed over inside the process", async () => {
    const { node, run, clock } = createSimulation();
    const ends = record("fenceline:hold:end");
    const a = await node("a");
    const lock = await run(a.coordinator.acquire("volume"));
    const waiting = a.coordinator.acquire("volume");
    await clock.advance(5);
    await run(lock.release());
    assert.deepEqual(ends, [{ lock, waiters: 1, handedOver: true }]);
    await run((await run(waiting)).release());
  });

  it("tell of renewals, of those that fail, and of what is lost with the session", async () => {
    const { node, run, clock } = createSimulation();
    const renewed = record("fenceline:session:renewed");
    const failed = record("fenceline:session:renewal-failed");
    const states = record("fenceline:session:state");
    const lost = record("fenceline:hold:lost");
    const ends = record("fenceline:hold:end");
    const interceptors: Interceptor[] = [];
    const a = await node("a", { interceptors });
    const lock = await run(a.coordinator.acquire("volume"));
    await clock.advance(TTL_MS);
    assert.ok(renewed.length >= 3, `${renewed.length} renewals`);
    for (const { coordinator, durationMs, remainingMs } of renewed) {
      assert.equal(coordinator.interceptors, interceptors);
      assert.ok(durationMs >= 0 && remainingMs > 0 && remainingMs < TTL_MS);
    }
    assert.deepEqual(failed, []);
    a.connection.network = "requests lost";
    await clock.advance(2 * TTL_MS);
    assert.notEqual(failed.length, 0);
    assert.deepEqual(
      states.map(({ state }) => state.status),
      ["connecting", "active", "suspect", "lost"],
    );
    assert.deepEqual(
      lost.map((event) => [event.lock === lock, codeOf(event.error), codeOf(event.error.cause)]),
      [[true, "lock_lost", "session_lost"]],
    );
    assert.deepEqual(ends, []);
    await run(lock.release());
    assert.equal(ends.length, 1);
  });

  it("tell of a token that a gate refuses", async () => {
    const rejected = record("fenceline:fence:rejected");
    const gate = createMemoryTokenGate();
    await gate.admit("array", FencingToken.from(7n));
    await rejectionOf(gate.admit("array", FencingToken.from(6n)));
    assert.deepEqual(rejected, [{ guard: "memory", resource: "array", token: 6n, newest: 7n }]);
  });
});
