import assert from "node:assert/strict";
import { lockKey } from "@fenceline/core";
import { assertSucceeded, createHolders, type Holders } from "./processes/holders.js";
import { AT_ONCE_MS, EXPIRY_LAG_MS, inRounds, TTL_MS, timed } from "./processes/timing.js";

describe("a holder that ends", () => {
  let holders: Holders;
  beforeEach(async function () {
    holders = await createHolders(this.currentTest?.title ?? "");
  });
  afterEach(() => holders[Symbol.asyncDispose]());

  it("A1 frees its lock within TTL + 0.6 s when it is killed, for who waits already", async () => {
    const late = await inRounds(async (name) => {
      const holder = await holders.start("hold", [name]);
      const waiting = holders.succeed(name);
      await holders.nodes.untilQueued(name, 2);
      holder.signal("SIGKILL");
      const { ms, result } = await timed(waiting);
      assertSucceeded(holder, result);
      return ms - TTL_MS;
    });
    assert.ok(Math.max(...late) <= EXPIRY_LAG_MS, `TTL + ${late.map(Math.round).join(", ")} ms`);
  });

  it("A8 frees its lock at once when it throws, although nobody releases it and the process ends", async () => {
    const holder = await holders.start("throw", ["volume"]);
    assert.equal(await holder.told(), "inside");
    const waiting = holders.waiter.acquire("volume", { timeoutMs: 10_000 });
    await holders.nodes.untilQueued("volume", 2);
    holder.goOn();
    const { ms, result } = await timed(waiting);
    assertSucceeded(holder, result);
    assert.ok(ms <= AT_ONCE_MS, `${ms} ms`);
    assert.equal(await holder.told(), "a bug of the service");
    assert.equal(await holder.ended, 1);
  });

  it("A8 frees the locks of all scopes at once when SIGTERM makes it close, and ends by itself", async () => {
    const keys = [lockKey("global", "volume"), lockKey("node", holders.nodes.unique("volume"))];
    const holder = await holders.start("close on SIGTERM", [...keys, lockKey("process", "volume")]);
    assert.equal(await holder.told(), "ready");
    const waiting = holders.waiter.acquire(keys, { timeoutMs: 10_000 });
    holder.signal("SIGTERM");
    const { ms, result } = await timed(waiting);
    assertSucceeded(holder, result);
    assert.ok(ms <= AT_ONCE_MS, `${ms} ms`);
    assert.equal(await holder.ended, 0);
    await result.release();
    assert.deepEqual(await holders.nodes.queueEntries(), []);
  });

  it("A8 frees a node lock at once and a global one within TTL + 0.6 s when it calls process.exit", async () => {
    const node = lockKey("node", holders.nodes.unique("volume"));
    const holder = await holders.start("exit", ["volume", node]);
    const [global, local] = [
      holders.waiter.acquire("volume", { timeoutMs: 10_000 }),
      holders.waiter.acquire(node, { timeoutMs: 10_000 }),
    ];
    await holders.nodes.untilQueued("volume", 2);
    holder.goOn();
    await holder.ended;
    const [afterExit, afterTtl] = await Promise.all([timed(local), timed(global)]);
    assert.ok(afterExit.ms <= AT_ONCE_MS, `${afterExit.ms} ms`);
    assert.ok(afterTtl.ms <= TTL_MS + EXPIRY_LAG_MS, `${afterTtl.ms} ms`);
    assertSucceeded(holder, afterTtl.result);
  });
});
