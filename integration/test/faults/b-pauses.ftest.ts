import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { startTcpProxy } from "@fenceline/testing";
import { createNodes, type TestNodes } from "../nodes.js";
import { suiteEtcd } from "../suite-etcd.js";
import { AT_ONCE_MS, EXPIRY_LAG_MS, inRounds, TTL_MS, timed } from "./processes/timing.js";
import { startWaiter } from "./processes/waiter.js";

/** What an acquire may end with when its session is gone. */
const LOST = /^rejected (lock_lost|session_lost)$/;

describe("a waiter that stands still beyond its TTL", () => {
  let nodes: TestNodes;
  beforeEach(async function () {
    nodes = await createNodes(this.currentTest?.title ?? "");
  });
  afterEach(() => nodes[Symbol.asyncDispose]());

  const waiterOn = async (endpoints: readonly string[], name: string) =>
    await startWaiter({ etcd: { hosts: endpoints }, namespace: nodes.namespace, ttlMs: TTL_MS }, name);

  it("B3 is not granted the lock that was released meanwhile: its lease died while it waited", async () => {
    const { endpoints } = await suiteEtcd();
    const other = await nodes.connect("other");
    await inRounds(async (name) => {
      const waiter = await waiterOn(endpoints, name);
      const held = await other.acquire(name);
      waiter.goOn();
      await nodes.untilQueued(name, 2);
      waiter.signal("SIGSTOP");
      await nodes.untilQueued(name, 1);
      await held.release();
      waiter.signal("SIGCONT");
      assert.match(await waiter.line(), LOST);
      const next = await other.tryAcquire(name);
      assert.ok(next, "nobody is left in the queue");
    });
  });

  it("B3 does not wait on when an operator revokes its lease", async () => {
    const { endpoints } = await suiteEtcd();
    const waiter = await waiterOn(endpoints, "volume");
    const removeForeign = await nodes.putForeign("volume");
    waiter.goOn();
    await nodes.untilQueued("volume", 2);
    await nodes.revokeSessions();
    const { ms, result } = await timed(waiter.line());
    assert.match(result, LOST);
    assert.ok(ms <= TTL_MS / 3 + AT_ONCE_MS, `${ms} ms: a renewal would have told it`);
    await removeForeign();
  });

  it("B6 is not granted the lock when the pause falls between etcd's answer and the end of its acquire", async () => {
    const { endpoints } = await suiteEtcd();
    const other = await nodes.connect("other");
    await inRounds(async (name) => {
      await using proxy = await startTcpProxy({ target: endpoints[0] ?? "" });
      const waiter = await waiterOn([proxy.endpoint], name);
      // The request is applied, and its answer waits for the process before the door.
      proxy.cut("toClient");
      waiter.goOn();
      await nodes.untilQueued(name, 1);
      waiter.signal("SIGSTOP");
      proxy.heal();
      const next = await other.acquire(name, { timeoutMs: TTL_MS + EXPIRY_LAG_MS + AT_ONCE_MS });
      waiter.signal("SIGCONT");
      assert.match(await waiter.line(), LOST);
      next.assertHeld();
      await next.release();
    });
  });

  it("B4 has the lock although its watch was reset and the event of the release was lost", async () => {
    const { endpoints } = await suiteEtcd();
    const other = await nodes.connect("other");
    await inRounds(async (name) => {
      await using proxy = await startTcpProxy({ target: endpoints[0] ?? "" });
      const ttlMs = 30_000;
      const waiter = await nodes.connect("waiter", { etcd: { hosts: [proxy.endpoint] }, ttlMs });
      const held = await other.acquire(name);
      const waiting = waiter.acquire(name);
      await nodes.untilQueued(name, 2);
      await sleep(200);
      proxy.cut();
      await held.release();
      proxy.reset();
      proxy.heal();
      const { ms, result } = await timed(waiting);
      result.assertHeld();
      assert.ok(ms <= 2_000, `${ms} ms: it reads once in a TTL in any case`);
      await result.release();
    });
  });
});
