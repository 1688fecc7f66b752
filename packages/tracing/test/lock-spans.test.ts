import assert from "node:assert/strict";
import { channel } from "node:diagnostics_channel";
import {
  type Coordinator,
  connect,
  defineLock,
  type Interceptor,
  LockLostError,
  lockKey,
} from "@fenceline/core";
import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { tracing } from "../dist/index.js";
import { createSimulation, rejectionOf, TTL_MS } from "./simulation.js";
import { connectLocally, createTelemetry, inSpan, type Telemetry, useContextManager } from "./support.js";

const deletion = defineLock({
  system: "test",
  scope: "global",
  template: "{volumeId}-delete_volume",
  parameters: { volumeId: "id of the volume" },
  guards: [],
});
const key = deletion({ volumeId: "9f1e" });
const ACQUIRE = "acquire {volumeId}-delete_volume";
const HOLD = "hold {volumeId}-delete_volume";

const eventNames = (span: ReadableSpan): string[] => span.events.map(({ name }) => name);
const linksOf = (span: ReadableSpan): unknown[] =>
  span.links.map((link) => [link.attributes?.["fenceline.link"], link.context.spanId]);

/** Nodes on a simulated etcd, each traced into a provider of its own as a process would be. */
function createNodes() {
  const simulation = createSimulation();
  const connect = async (name: string, telemetry: Telemetry, interceptors: Interceptor[] = []) => {
    const traced = tracing(telemetry.providers);
    return simulation.node(name, { interceptors: [...interceptors, traced] });
  };
  return { ...simulation, connect };
}

describe("spans of locks", () => {
  useContextManager();

  it("tell of request and holding beside each other under the caller's span", async () => {
    const { connect, run } = createNodes();
    const telemetry = createTelemetry();
    const { coordinator } = await connect("node-a", telemetry);
    let token: bigint | undefined;
    await run(
      inSpan(telemetry, "volume.delete", () =>
        coordinator.withLock(key, { operation: "delete_volume" }, (lock) => {
          token = lock.token;
        }),
      ),
    );
    const [caller, acquire, hold] = ["volume.delete", ACQUIRE, HOLD].map(telemetry.span) as [
      ReadableSpan,
      ReadableSpan,
      ReadableSpan,
    ];
    const callerId = caller.spanContext().spanId;
    assert.deepEqual([acquire.kind, hold.kind], [SpanKind.CLIENT, SpanKind.INTERNAL]);
    assert.equal(acquire.parentSpanContext?.spanId, callerId);
    assert.equal(hold.parentSpanContext?.spanId, callerId);
    assert.deepEqual(acquire.attributes, {
      "fenceline.lock.scope": "global",
      "fenceline.lock.template": "{volumeId}-delete_volume",
      "fenceline.lock.names": ["9f1e-delete_volume"],
      "fenceline.lock.operation": "delete_volume",
      "fenceline.node": "node-a",
      "fenceline.outcome": "acquired",
      "fenceline.queue.position": 0,
      "fenceline.lock.waiters": 0,
      "fenceline.request.attempts": 1,
    });
    assert.deepEqual(hold.attributes, {
      "fenceline.lock.scope": "global",
      "fenceline.lock.template": "{volumeId}-delete_volume",
      "fenceline.lock.names": ["9f1e-delete_volume"],
      "fenceline.lock.operation": "delete_volume",
      "fenceline.node": "node-a",
      "fenceline.outcome": "released",
      "fenceline.lock.waiters": 0,
      "fenceline.lock.token": String(token),
    });
    assert.deepEqual(linksOf(hold), [["granted_by", acquire.spanContext().spanId]]);
  });

  it("stand in one trace when nothing encloses the request", async () => {
    const telemetry = createTelemetry();
    await using coordinator = await connectLocally(telemetry);
    await coordinator.withLock(lockKey("process", "p"), () => {});
    const [acquire, hold] = [telemetry.span("acquire"), telemetry.span("hold")];
    assert.equal(acquire.spanContext().traceId, hold.spanContext().traceId);
  });

  it("have the holding active in the callback, and the request while it is under way", async () => {
    const telemetry = createTelemetry();
    const active: (string | undefined)[] = [];
    const note = (): number => active.push(trace.getSpan(context.active())?.spanContext().spanId);
    const inside: Interceptor = (operation, next) => {
      if (operation.kind === "acquire") note();
      return next();
    };
    const traced = tracing(telemetry.providers);
    const { node, run } = createSimulation();
    const a = await node("a", { interceptors: [traced, inside] });
    await run(
      a.coordinator.withLock("p", async () => {
        await null;
        note();
      }),
    );
    assert.deepEqual(active, [
      telemetry.span("acquire").spanContext().spanId,
      telemetry.span("hold").spanContext().spanId,
    ]);
  });

  it("are one pair for several keys, with all names", async () => {
    const { connect, run } = createNodes();
    const telemetry = createTelemetry();
    const { coordinator } = await connect("a", telemetry);
    const keys = [key, deletion({ volumeId: "a1b2" }), lockKey("process", "p")];
    await run(coordinator.withLock(keys, () => {}));
    assert.equal(telemetry.spans().length, 2);
    const { attributes } = telemetry.span(ACQUIRE);
    assert.deepEqual(attributes["fenceline.lock.names"], ["9f1e-delete_volume", "a1b2-delete_volume", "p"]);
    assert.equal(attributes["fenceline.lock.scope"], "global, process");
  });

  it("do not show names when they are not to be recorded", async () => {
    const telemetry = createTelemetry();
    await using coordinator = await connectLocally(telemetry, { recordNames: false });
    const secret = lockKey("process", "secret-volume");
    const lock = await coordinator.acquire(secret);
    const late = await rejectionOf(coordinator.acquire(secret, { timeoutMs: 5 }));
    assert.match(String(late), /secret-volume/);
    await lock.release();
    const texts = telemetry.spans().map(({ name, attributes, status, events }) => ({
      name,
      attributes,
      status,
      events: events.map((event) => event.attributes),
    }));
    assert.equal(texts.length, 3);
    assert.ok(!JSON.stringify(texts).includes("secret"), JSON.stringify(texts));
  });

  it("count the calls to etcd that were repeated for the request", async () => {
    const telemetry = createTelemetry();
    const repeating: Interceptor = async (operation, next) => {
      await null;
      if (operation.kind === "acquire") channel("fenceline:etcd:retry").publish({ attempt: 2 });
      return next();
    };
    const traced = tracing(telemetry.providers);
    await using coordinator = await connect({ etcd: false, interceptors: [traced, repeating] });
    await coordinator.withLock(lockKey("process", "p"), () => {});
    assert.equal(telemetry.span("acquire").attributes["fenceline.request.attempts"], 2);
  });

  it("have a holding that ends with a handle's release", async () => {
    const telemetry = createTelemetry();
    await using coordinator = await connectLocally(telemetry);
    const lock = await coordinator.acquire(lockKey("process", "p"));
    assert.deepEqual(
      telemetry.spans().map(({ name }) => name),
      ["acquire"],
    );
    await lock.release();
    assert.equal(telemetry.span("hold").attributes["fenceline.outcome"], "released");
  });

  it("have a holding that ends with the work, however long the giving back takes", async () => {
    const telemetry = createTelemetry();
    const releaseMs = 500;
    const slow: Interceptor = async (operation, next) => {
      if (operation.kind === "release") await new Promise((resolve) => setTimeout(resolve, releaseMs));
      return next();
    };
    await using coordinator = await connectLocally(telemetry, {}, { interceptors: [slow] });
    await coordinator.withLock(lockKey("process", "p"), () => {});
    const [seconds, nanoseconds] = telemetry.span("hold").duration;
    assert.ok(seconds * 1_000 + nanoseconds / 1e6 < releaseMs);
  });

  it("have further attributes from a hook, on both spans", async () => {
    const telemetry = createTelemetry();
    await using coordinator = await connectLocally(telemetry, {
      attributes: ({ keys }) => ({ "tenant.id": `of ${keys[0]?.name}` }),
    });
    await coordinator.withLock(lockKey("process", "p"), () => {});
    for (const { attributes } of telemetry.spans()) assert.equal(attributes["tenant.id"], "of p");
  });

  describe("of a request that gets no lock", () => {
    let telemetry: Telemetry;
    let coordinator: Coordinator;
    const taken = lockKey("process", "taken");
    beforeEach(async () => {
      telemetry = createTelemetry();
      coordinator = await connectLocally(telemetry);
      await coordinator.acquire(taken);
    });
    afterEach(() => coordinator.close());
    const last = (): ReadableSpan => telemetry.spans().at(-1) as ReadableSpan;

    it("are no error when it was a try", async () => {
      await coordinator.tryAcquire(taken);
      assert.equal(last().status.code, SpanStatusCode.UNSET);
      assert.equal(last().attributes["fenceline.outcome"], "unavailable");
      assert.equal(last().attributes["fenceline.lock.if_available"], true);
    });

    it("are no error when the caller has aborted it, whatever the reason", async () => {
      const reason = new LockLostError(["other"], "an error of ours as the caller's reason");
      const caller = new AbortController();
      const waiting = rejectionOf(coordinator.acquire(taken, { signal: caller.signal }));
      caller.abort(reason);
      assert.equal(await waiting, reason);
      assert.equal(last().status.code, SpanStatusCode.UNSET);
      assert.equal(last().attributes["fenceline.outcome"], "aborted");
      assert.equal(last().attributes["error.type"], undefined);
    });

    it("are an error with our code when it came too late", async () => {
      await rejectionOf(coordinator.acquire(taken, { timeoutMs: 5 }));
      assert.equal(last().status.code, SpanStatusCode.ERROR);
      assert.match(last().status.message ?? "", /^lock "taken" not granted within 5 ms/);
      assert.equal(last().attributes["error.type"], "lock_timeout");
      assert.equal(last().attributes["fenceline.outcome"], "timeout");
    });

    it("are an error of another kind when an interceptor throws", async () => {
      const traced = tracing(telemetry.providers);
      const broken: Interceptor = () => {
        throw new TypeError("a broken interceptor");
      };
      await using failing = await connect({ etcd: false, interceptors: [traced, broken] });
      await rejectionOf(failing.acquire(lockKey("process", "p")));
      assert.equal(last().status.code, SpanStatusCode.ERROR);
      assert.equal(last().attributes["error.type"], "_OTHER");
      assert.equal(last().attributes["fenceline.outcome"], "error");
    });
  });

  it("tell of the loss of a lock, with its reason, when it is lost", async () => {
    const { connect, run, clock } = createNodes();
    const telemetry = createTelemetry();
    const { coordinator, connection } = await connect("a", telemetry);
    const lock = await run(coordinator.acquire(key));
    connection.network = "requests lost";
    await clock.advance(2 * TTL_MS);
    const hold = telemetry.span(HOLD);
    assert.equal(hold.status.code, SpanStatusCode.ERROR);
    assert.equal(hold.attributes["error.type"], "lock_lost");
    assert.equal(hold.attributes["fenceline.outcome"], "lost");
    assert.equal(hold.attributes["fenceline.lost.reason"], "lease_expired");
    const names = eventNames(hold);
    assert.ok(names.includes("keepalive_failed"), names.join());
    assert.deepEqual(names.slice(-1), ["lost"]);
    assert.ok(names.includes("session_suspect"), names.join());
    await run(lock.release());
    assert.equal(telemetry.spans().filter(({ name }) => name === HOLD).length, 1);
  });

  it("tell of a session that was late and recovered", async () => {
    const { connect, run, clock } = createNodes();
    const telemetry = createTelemetry();
    const { coordinator, connection } = await connect("a", telemetry);
    const lock = await run(coordinator.acquire(key));
    connection.network = "requests lost";
    await clock.advance(TTL_MS * 0.7);
    connection.network = "whole";
    await clock.advance(TTL_MS);
    await run(lock.release());
    const names = eventNames(telemetry.span(HOLD));
    assert.ok(names.indexOf("session_suspect") < names.indexOf("session_recovered"), names.join());
  });

  it("tell that the coordinator was closed while the lock was held", async () => {
    const telemetry = createTelemetry();
    const coordinator = await connectLocally(telemetry);
    await coordinator.acquire(lockKey("process", "p"));
    await coordinator.close();
    assert.equal(telemetry.span("hold").attributes["fenceline.lost.reason"], "closed");
  });

  for (const plannedIds of [true, false]) {
    const target = plannedIds ? HOLD : ACQUIRE;
    it(`link a waiter to the ${target} of another node ${plannedIds ? "with" : "without"} planned ids`, async () => {
      const { connect, run, clock } = createNodes();
      const [ofHolder, ofWaiter] = [createTelemetry({ plannedIds }), createTelemetry({ plannedIds })];
      const holder = await connect("holder", ofHolder);
      const waiter = await connect("waiter", ofWaiter);
      const lock = await run(holder.coordinator.acquire(key));
      const waiting = waiter.coordinator.acquire(key);
      await clock.advance(100);
      await run(lock.release());
      await run((await run(waiting)).release());

      const blocker = ofHolder.span(target).spanContext();
      const acquire = ofWaiter.span(ACQUIRE);
      assert.deepEqual(linksOf(acquire), [["blocked_by", blocker.spanId]]);
      assert.equal(acquire.links[0]?.context.traceId, blocker.traceId);
      assert.equal(acquire.attributes["fenceline.queue.position"], 1);
      assert.deepEqual(eventNames(acquire), ["queued"]);
      assert.match(String(acquire.events[0]?.attributes?.["fenceline.blocked_by"]), /^holder \(pid/);
      assert.equal(ofHolder.span(HOLD).attributes["fenceline.lock.waiters"], 1);
    });
  }

  it("link a waiter of the same process to the holder, and tell of a hand-over", async () => {
    const { connect, run, clock } = createNodes();
    const telemetry = createTelemetry();
    const { coordinator } = await connect("a", telemetry);
    const lock = await run(coordinator.acquire(key));
    const waiting = coordinator.acquire(key);
    await clock.advance(5);
    await run(lock.release());
    await run((await run(waiting)).release());
    const spans = telemetry.spans();
    const [, waited] = spans.filter(({ name }) => name === ACQUIRE);
    const [first, second] = spans.filter(({ name }) => name === HOLD) as [ReadableSpan, ReadableSpan];
    assert.deepEqual(linksOf(waited as ReadableSpan), [["blocked_by", first.spanContext().spanId]]);
    assert.deepEqual(eventNames(first), ["handed_on"]);
    assert.deepEqual(eventNames(second), ["handed_over"]);
  });

  it("are not linked to what is no trace context", async () => {
    const { connect, run, etcd } = createNodes();
    const telemetry = createTelemetry();
    const { coordinator } = await connect("a", telemetry);
    const record = { v: 1, id: "x", node: "evil", pid: 1, since: "now", trace: "00-zz-zz-01" };
    etcd.store.txn({
      compare: [],
      success: [{ type: "put", key: "fenceline/locks/volume/1", value: JSON.stringify(record) }],
    });
    await run(rejectionOf(coordinator.acquire("volume", { timeoutMs: 100 })));
    assert.deepEqual(telemetry.span("acquire").links, []);
  });

  it("are those of the own coordinators only", async () => {
    const { connect, run, node } = createNodes();
    const telemetry = createTelemetry();
    await connect("a", telemetry);
    const other = await node("b");
    await run(other.coordinator.withLock("volume", () => {}));
    assert.deepEqual(telemetry.spans(), []);
  });
});
