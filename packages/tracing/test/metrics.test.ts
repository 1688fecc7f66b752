import assert from "node:assert/strict";
import { channel } from "node:diagnostics_channel";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryTokenGate, defineLock, FencingToken, lockKey } from "@fenceline/core";
import type { SimulatedEtcd } from "@fenceline/testing";
import { DURATION_BUCKETS, tracing } from "../dist/index.js";
import { createSimulation, rejectionOf, TTL_MS } from "./simulation.js";
import { connectLocally, createTelemetry, type Telemetry } from "./support.js";

const device = defineLock({
  system: "test",
  scope: "process",
  template: "device-{id}",
  parameters: { id: "number of the device" },
  guards: [],
});
const ofDevice = { "fenceline.lock.scope": "process", "fenceline.lock.template": "device-{id}" };

/** How often a histogram was told of each outcome. */
async function countsOf(telemetry: Telemetry, name: string): Promise<unknown[]> {
  const points = await telemetry.metric(name);
  return points.map(({ attributes, value }) => [attributes, (value as { count: number }).count]);
}

describe("metrics of locks", () => {
  it("measure waits and holdings by scope, template and outcome, in buckets up to minutes", async () => {
    const telemetry = createTelemetry();
    await using coordinator = await connectLocally(telemetry);
    for (const id of [1, 2]) await coordinator.withLock(device({ id }), () => {});
    const lock = await coordinator.acquire(device({ id: 3 }));
    await coordinator.tryAcquire(device({ id: 3 }));
    await rejectionOf(coordinator.acquire(device({ id: 3 }), { timeoutMs: 5 }));
    await rejectionOf(coordinator.acquire(device({ id: 3 }), { signal: AbortSignal.timeout(5) }));
    assert.deepEqual(await countsOf(telemetry, "fenceline.lock.wait.duration"), [
      [{ ...ofDevice, "fenceline.outcome": "acquired" }, 3],
      [{ ...ofDevice, "fenceline.outcome": "unavailable" }, 1],
      [{ ...ofDevice, "fenceline.outcome": "timeout", "error.type": "lock_timeout" }, 1],
      [{ ...ofDevice, "fenceline.outcome": "aborted" }, 1],
    ]);
    assert.deepEqual(await countsOf(telemetry, "fenceline.lock.hold.duration"), [
      [{ ...ofDevice, "fenceline.outcome": "released" }, 2],
    ]);
    await lock.release();
    const [point] = await telemetry.metric("fenceline.lock.hold.duration");
    const value = point?.value as { buckets: { boundaries: number[] } } | undefined;
    assert.deepEqual(value?.buckets.boundaries, DURATION_BUCKETS);
  });

  it("never show a rendered name", async () => {
    const telemetry = createTelemetry();
    await using coordinator = await connectLocally(telemetry);
    await coordinator.withLock([device({ id: 8_888 }), lockKey("process", "secret")], () => {});
    for (const name of ["fenceline.lock.wait.duration", "fenceline.lock.hold.duration"]) {
      const text = JSON.stringify(await telemetry.metric(name));
      assert.match(text, /device-\{id\}/);
      assert.doesNotMatch(text, /8888|secret/);
    }
  });

  it("count who holds and who waits at the moment", async () => {
    const telemetry = createTelemetry();
    await using coordinator = await connectLocally(telemetry);
    const [held, waiting] = ["fenceline.lock.held", "fenceline.lock.waiters"] as const;
    const lock = await coordinator.acquire(device({ id: 1 }));
    const waiters = [1, 2].map(() => coordinator.withLock(device({ id: 1 }), () => {}));
    assert.deepEqual(await telemetry.metric(held), [{ attributes: ofDevice, value: 1 }]);
    assert.deepEqual(await telemetry.metric(waiting), [{ attributes: ofDevice, value: 2 }]);
    await lock.release();
    await Promise.all(waiters);
    assert.deepEqual(await telemetry.metric(held), [{ attributes: ofDevice, value: 0 }]);
    assert.deepEqual(await telemetry.metric(waiting), [{ attributes: ofDevice, value: 0 }]);
  });

  it("count what was lost, with its reason, and what became of the session", async () => {
    const { node, run, clock } = createSimulation();
    const telemetry = createTelemetry();
    const a = await node("node-a", { interceptors: [tracing(telemetry.providers)] });
    await run(a.coordinator.acquire("volume"));
    await clock.advance(TTL_MS);
    assert.notEqual((await countsOf(telemetry, "fenceline.lease.keepalive.duration")).length, 0);
    const ofNode = { "fenceline.node": "node-a" };
    const [remaining] = await telemetry.metric("fenceline.lease.remaining");
    assert.deepEqual(remaining?.attributes, ofNode);
    assert.ok((remaining?.value as number) > 0 && (remaining?.value as number) < TTL_MS / 1000);

    a.connection.network = "requests lost";
    await clock.advance(2 * TTL_MS);
    assert.deepEqual(await telemetry.metric("fenceline.lock.lost"), [
      {
        attributes: { "fenceline.lock.scope": "global", "fenceline.lost.reason": "lease_expired" },
        value: 1,
      },
    ]);
    assert.deepEqual(await telemetry.metric("fenceline.lease.remaining"), [{ attributes: ofNode, value: 0 }]);
    assert.deepEqual(
      (await telemetry.metric("fenceline.session.changes")).map(({ attributes }) => attributes),
      ["connecting", "active", "suspect", "lost"].map((state) => ({
        ...ofNode,
        "fenceline.session.state": state,
      })),
    );
  });

  for (const [reason, lose] of Object.entries({
    revoked: (etcd: SimulatedEtcd) => etcd.revoke(etcd.leaseIds[0] as bigint),
    forced: (etcd: SimulatedEtcd) => etcd.deleteKey(etcd.store.keys("fenceline/locks/")[0] as string),
  })) {
    it(`tell a lock that was lost because it was ${reason}`, async () => {
      const { node, run, etcd, clock } = createSimulation();
      const telemetry = createTelemetry();
      const a = await node("node-a", { interceptors: [tracing(telemetry.providers)] });
      const lock = await run(a.coordinator.acquire("volume"));
      lose(etcd);
      await clock.advance(100);
      await run(rejectionOf(lock.guardedTxn((txn) => txn.put("data").value("late"))));
      await clock.advance(TTL_MS);
      assert.deepEqual(await telemetry.metric("fenceline.lock.lost"), [
        { attributes: { "fenceline.lock.scope": "global", "fenceline.lost.reason": reason }, value: 1 },
      ]);
    });
  }

  it("measure locks of node scope as well", async () => {
    const telemetry = createTelemetry();
    const lockDirectory = await mkdtemp(join(tmpdir(), "fenceline-tracing-"));
    try {
      await using coordinator = await connectLocally(telemetry, {}, { lockDirectory });
      const key = lockKey("node", "lioadm");
      const lock = await coordinator.acquire(key);
      const waiting = coordinator.withLock(key, () => {});
      await lock.release();
      await waiting;
      assert.deepEqual(await countsOf(telemetry, "fenceline.lock.hold.duration"), [
        [{ "fenceline.lock.scope": "node", "fenceline.outcome": "released" }, 2],
      ]);
      const [first, second] = telemetry.spans().filter(({ name }) => name === "hold");
      const [, waited] = telemetry.spans().filter(({ name }) => name === "acquire");
      assert.deepEqual(
        [first, second].map((span) => span?.attributes["fenceline.lock.waiters"]),
        [1, 0],
      );
      assert.equal(waited?.links[0]?.context.spanId, first?.spanContext().spanId);
    } finally {
      await rm(lockDirectory, { recursive: true });
    }
  });

  it("count tokens that were refused, repeated calls, and tell of the circuit breaker", async () => {
    const telemetry = createTelemetry();
    const interceptor = tracing(telemetry.providers);
    const gate = createMemoryTokenGate();
    await gate.admit("array", FencingToken.from(7n));
    await rejectionOf(gate.admit("array", FencingToken.from(6n)));
    const coordinator = { node: "node-a", interceptors: [interceptor] };
    const other = { node: "node-b", interceptors: [] };
    for (const from of [coordinator, other]) {
      channel("fenceline:etcd:retry").publish({ coordinator: from, endpoint: "http://e:1", attempt: 2 });
      channel("fenceline:etcd:breaker").publish({ coordinator: from, state: "open" });
    }
    assert.deepEqual(await telemetry.metric("fenceline.fence.rejected"), [
      { attributes: { "fenceline.guard": "memory" }, value: 1 },
    ]);
    const ofNode = { "fenceline.node": "node-a" };
    assert.deepEqual(await telemetry.metric("fenceline.retry.attempts"), [{ attributes: ofNode, value: 1 }]);
    assert.deepEqual(await telemetry.metric("fenceline.breaker.state"), [{ attributes: ofNode, value: 2 }]);
    interceptor[Symbol.dispose]();
    await rejectionOf(gate.admit("array", FencingToken.from(5n)));
    assert.deepEqual(await telemetry.metric("fenceline.fence.rejected"), [
      { attributes: { "fenceline.guard": "memory" }, value: 1 },
    ]);
  });
});
