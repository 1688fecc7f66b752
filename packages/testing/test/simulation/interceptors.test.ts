import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import type { Interceptor, Operation } from "@fenceline/core";
import { codeOf, createSimulation, rejectionOf, TTL_MS } from "./simulation.js";

/** Throws in the call itself, not in a promise, at one kind of operation. */
const throwAt =
  (kind: Operation["kind"]): Interceptor =>
  (operation, next) => {
    if (operation.kind === kind) throw new Error("a broken interceptor");
    return next();
  };

/** Does not wait for what it asks for. */
const careless: Interceptor = (operation, next) => {
  if (operation.kind !== "acquire") return next();
  void next();
  return Promise.resolve();
};

describe("interceptors", () => {
  it("wrap acquire, hold and release, the first one outermost", async () => {
    const { node, run } = createSimulation();
    const seen: string[] = [];
    const named =
      (name: string): Interceptor =>
      async (operation, next) => {
        seen.push(`${name} ${operation.kind}`);
        const result = await next();
        seen.push(`${name} ${operation.kind} done`);
        return result;
      };
    const a = await node("a", { interceptors: [named("outer"), named("inner")] });
    await run(a.coordinator.withLock("volume", () => seen.push("work")));
    assert.deepEqual(seen, [
      "outer acquire",
      "inner acquire",
      "inner acquire done",
      "outer acquire done",
      "outer hold",
      "inner hold",
      "work",
      "inner hold done",
      "outer hold done",
      "outer release",
      "inner release",
      "inner release done",
      "outer release done",
    ]);
  });

  it("leave no lock behind when they do not wait for the grant", async () => {
    const { clock, node, run, queueEntries } = createSimulation();
    const impatient: Interceptor = (operation, next) =>
      operation.kind !== "acquire"
        ? next()
        : Promise.race([next(), clock.advance(50).then(() => Promise.reject(new Error("not in time")))]);
    for (const interceptor of [impatient, careless]) {
      const a = await node("a");
      const b = await node("b", { interceptors: [interceptor] });
      const held = await run(a.coordinator.acquire("volume"));
      await assert.rejects(b.coordinator.acquire("volume"));
      await run(held.release());
      await clock.advance(1_000);
      assert.deepEqual(queueEntries(), []);
    }
  });

  it("leave no lock behind when they do not wait for a try", async () => {
    const { clock, node, run, queueEntries } = createSimulation();
    const a = await node("a", { interceptors: [careless] });
    assert.equal(await run(a.coordinator.tryAcquire("volume")), undefined);
    await clock.advance(1_000);
    assert.deepEqual(queueEntries(), []);
  });

  it("can make a context active in the work", async () => {
    const { node, run } = createSimulation();
    const context = new AsyncLocalStorage<string>();
    const a = await node("a", {
      interceptors: [(operation, next) => (operation.kind === "hold" ? context.run("held", next) : next())],
    });
    assert.equal(await run(a.coordinator.withLock("volume", () => context.getStore())), "held");
  });

  it("leave their context to the request: session and watches outlive it", async () => {
    const { clock, node, run } = createSimulation();
    const context = new AsyncLocalStorage<string>();
    const a = await node("a", {
      interceptors: [
        (operation, next) => (operation.kind === "acquire" ? context.run("request", next) : next()),
      ],
    });
    const b = await node("b");
    const seen: unknown[] = [];
    const { port } = a.connection;
    const { openKeepAlive, openWatch } = port;
    port.openKeepAlive = (...given) => {
      seen.push(["renewals", context.getStore()]);
      return openKeepAlive(...given);
    };
    port.openWatch = (...given) => {
      seen.push(["watches", context.getStore()]);
      return openWatch(...given);
    };
    const lock = await run(b.coordinator.acquire("volume"));
    a.connection.network = "requests lost";
    await clock.advance(2 * TTL_MS);
    a.connection.network = "whole";
    seen.length = 0;
    const waiting = a.coordinator.acquire("volume");
    await clock.advance(100);
    await run(lock.release());
    await run(waiting);
    assert.deepEqual(seen, [
      ["renewals", undefined],
      ["watches", undefined],
    ]);
  });

  it("see the holding of a handle until its release", async () => {
    const { clock, node, run } = createSimulation();
    let held: "no" | "yes" | "over" = "no";
    const a = await node("a", {
      interceptors: [
        async (operation, next) => {
          if (operation.kind !== "hold") return next();
          held = "yes";
          await next();
          held = "over";
          return undefined;
        },
      ],
    });
    const lock = await run(a.coordinator.acquire("volume"));
    await clock.advance(100);
    assert.equal(held as string, "yes");
    await run(lock.release());
    assert.equal(held as string, "over");
  });

  it("give the lock back when one of them throws after the grant", async () => {
    const { clock, node, run, queueEntries } = createSimulation();
    const failure = new Error("exporter failed");
    const a = await node("a", {
      interceptors: [
        async (operation, next) => {
          await next();
          if (operation.kind === "acquire") throw failure;
          return undefined;
        },
      ],
    });
    assert.equal(await run(rejectionOf(a.coordinator.acquire("volume"))), failure);
    await clock.advance(100);
    assert.deepEqual(queueEntries(), []);
  });

  it("release the lock all the same when one of them throws at the release", async () => {
    const { node, run, queueEntries } = createSimulation();
    const a = await node("a", {
      interceptors: [
        (operation, next) => (operation.kind === "release" ? Promise.reject(new Error("no")) : next()),
      ],
    });
    await run(a.coordinator.withLock("volume", () => {}));
    assert.deepEqual(queueEntries(), []);
  });

  it("are refused, with nothing held, when one neither calls next nor throws", async () => {
    const { node, run, queueEntries } = createSimulation();
    const a = await node("a", { interceptors: [async () => undefined] });
    assert.equal(codeOf(await run(rejectionOf(a.coordinator.acquire("volume")))), "invalid_argument");
    assert.deepEqual(queueEntries(), []);
  });

  it("cannot keep a lock by throwing at its release", async () => {
    const { node, run, queueEntries } = createSimulation();
    const a = await node("a", { interceptors: [throwAt("release")] });
    const lock = await run(a.coordinator.acquire("volume"));
    await run(lock.release());
    assert.deepEqual(queueEntries(), []);
  });

  it("cannot keep a lock by not going on at its release", async () => {
    const { node, run, queueEntries } = createSimulation();
    const a = await node("a", {
      interceptors: [async (operation, next) => (operation.kind === "release" ? undefined : next())],
    });
    const lock = await run(a.coordinator.acquire("volume"));
    await run(lock.release());
    assert.deepEqual(queueEntries(), []);
  });

  it("cannot hide a lock from its holder by throwing at the hold", async () => {
    const { node, run } = createSimulation();
    const a = await node("a", { interceptors: [throwAt("hold")] });
    const lock = await run(a.coordinator.acquire("volume"));
    lock.assertHeld();
  });

  it("cannot hold up the closing of the coordinator by hanging at a release", async () => {
    const { clock, node, run, queueEntries } = createSimulation();
    const a = await node("a", {
      interceptors: [(operation, next) => (operation.kind === "release" ? new Promise(() => {}) : next())],
    });
    const lock = await run(a.coordinator.acquire("volume"));
    void lock.release();
    await clock.advance(10);
    await run(a.coordinator.close(), 2_000);
    assert.deepEqual(queueEntries(), []);
  });
});
