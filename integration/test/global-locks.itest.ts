import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type Coordinator, FencelineError, type FencingToken, lockKey } from "@fenceline/core";
import { countersUnder, createNodes, type TestNodes } from "./nodes.js";

describe("global locks on a real etcd", () => {
  let nodes: TestNodes;
  beforeEach(async function () {
    nodes = await createNodes(this.currentTest?.title ?? "");
  });
  afterEach(() => nodes[Symbol.asyncDispose]());

  it("keeps three nodes apart: an unguarded counter stays exact", async () => {
    const coordinators = [await nodes.connect("a"), await nodes.connect("b"), await nodes.connect("c")];
    const count = async (lock: boolean): Promise<number> => {
      let counter = 0;
      const increment = async (): Promise<void> => {
        const seen = counter;
        await sleep(1);
        counter = seen + 1;
      };
      await Promise.all(
        coordinators.flatMap((coordinator) =>
          Array.from({ length: 20 }, () => (lock ? coordinator.withLock("counter", increment) : increment())),
        ),
      );
      return counter;
    };
    assert.equal(await count(true), 60);
    assert.notEqual(await count(false), 60, "without the lock increments must get lost");
  });

  it("gives tokens that grow with every grant, over nodes, hand-overs and sessions", async () => {
    const tokens: FencingToken[] = [];
    for (let round = 0; round < 3; round += 1) {
      const coordinators = [await nodes.connect("a"), await nodes.connect("b")];
      await Promise.all(
        coordinators.flatMap((coordinator) =>
          Array.from({ length: 10 }, () =>
            coordinator.withLock("tokens", (lock) => {
              tokens.push(lock.token);
            }),
          ),
        ),
      );
      await Promise.all(coordinators.map((coordinator) => coordinator.close()));
    }
    assert.equal(tokens.length, 60);
    for (const [i, token] of tokens.entries()) {
      assert.ok(i === 0 || token > (tokens[i - 1] as FencingToken), `token ${i} does not grow`);
    }
  });

  it("serves nodes first come, first served", async () => {
    const holder = await nodes.connect("holder");
    const lock = await holder.acquire("fifo");
    const order: string[] = [];
    const waits: Promise<void>[] = [];
    for (const name of ["first", "second", "third", "fourth"]) {
      const coordinator = await nodes.connect(name);
      waits.push(
        coordinator.withLock("fifo", () => {
          order.push(name);
        }),
      );
      await nodes.untilQueued("fifo", waits.length + 1);
    }
    await lock.release();
    await Promise.all(waits);
    assert.deepEqual(order, ["first", "second", "third", "fourth"]);
  });

  it("writes nothing in a try that fails", async () => {
    const [a, b] = [await nodes.connect("a"), await nodes.connect("b")];
    await a.acquire("try");
    const before = await nodes.revision();
    assert.equal(await b.tryAcquire("try"), undefined);
    assert.equal(await b.tryAcquire(["free", "try"]), undefined);
    assert.equal(await nodes.revision(), before);
  });

  it("takes several keys together, whatever order they are named in", async () => {
    const coordinators = await Promise.all(["a", "b", "c"].map((name) => nodes.connect(name)));
    const names = ["k1", "k2", "k3", "k4"];
    const counters = countersUnder(names);
    const work = coordinators.flatMap((coordinator, n) =>
      Array.from({ length: 15 }, (_, i) => {
        const rotated = [...names.slice((n + i) % 4), ...names.slice(0, (n + i) % 4)];
        const wanted = rotated.slice(0, 1 + (i % 4));
        return coordinator.withLock(wanted, () => counters.increment(wanted));
      }),
    );
    await Promise.all(work);
    counters.assertExact();
    assert.deepEqual(await nodes.queueEntries(), []);
  });

  it("takes 64 keys in one transaction, waiting or trying, and refuses more with a typed error", async () => {
    const [a, b] = [await nodes.connect("a"), await nodes.connect("b")];
    const names = Array.from({ length: 64 }, (_, i) => `key-${i}`);
    const lock = await a.acquire(names);
    assert.equal(new Set(names.map((name) => lock.tokenOf(name))).size, 1);
    assert.equal(await b.tryAcquire(names), undefined);
    await lock.release();
    await (await b.tryAcquire(names))?.release();
    await assert.rejects(a.acquire([...names, "one more"]), (error) =>
      FencelineError.is(error, "invalid_argument"),
    );
    assert.deepEqual(await nodes.queueEntries(), []);
  });

  it("mixes scopes in one request and gives all back", async () => {
    const a = await nodes.connect("a");
    const keys = [
      lockKey("global", "mixed"),
      lockKey("process", nodes.unique("mixed")),
      lockKey("node", nodes.unique("mixed")),
    ];
    const lock = await a.acquire(keys);
    for (const key of keys) assert.equal(await a.tryAcquire(key), undefined, key.scope);
    await lock.release();
    for (const key of keys) {
      const again = await a.tryAcquire(key);
      assert.ok(again, key.scope);
      assert.ok(again.token > lock.tokenOf(key), key.scope);
      await again.release();
    }
  });

  it("leaves nothing behind after a timeout or an abort", async () => {
    const [a, b] = [await nodes.connect("a"), await nodes.connect("b")];
    const held = await a.acquire("left");
    await assert.rejects(b.acquire("left", { timeoutMs: 50 }), (error) =>
      FencelineError.is(error, "lock_timeout"),
    );
    const abort = new AbortController();
    const waiting = b.acquire("left", { signal: abort.signal });
    await nodes.untilQueued("left", 2);
    const reason = new Error("enough");
    abort.abort(reason);
    await assert.rejects(waiting, (error) => error === reason);
    await nodes.untilQueued("left", 1);
    await held.release();
    assert.deepEqual(await nodes.queueEntries(), []);
  });

  it("refuses to wait for a lock that the same async context holds", async () => {
    const a = await nodes.connect("a");
    await a.withLock("nested", async () => {
      await assert.rejects(
        a.withLock(["other", "nested"], () => {}),
        (error) => FencelineError.is(error, "already_held") && /global-locks/.test(String(error)),
      );
      const elsewhere = a.withLock("elsewhere", () => "fine");
      assert.equal(await elsewhere, "fine");
    });
    assert.equal(await a.withLock("nested", () => "free again"), "free again");
  });

  it("guards writes in the same transaction", async () => {
    const a = await nodes.connect("a");
    const key = nodes.unique("data");
    const lock = await a.acquire("guarded");
    const { revision, values } = await lock.guardedTxn((txn) => txn.put(key).value("mine").get(key));
    assert.ok(revision > 0n);
    assert.equal(String(values[0]), "mine");
    await nodes.deleteQueue("guarded");
    await assert.rejects(
      lock.guardedTxn((txn) => txn.put(key).value("stale")),
      (error) => FencelineError.is(error, "lock_lost"),
    );
    assert.equal(await nodes.read(key), "mine");
    assert.ok(lock.signal.aborted);
  });

  it("stands in one queue with a key that etcdctl has put there", async () => {
    const a = await nodes.connect("a");
    const removeForeign = await nodes.putForeign("shared");
    assert.equal(await a.tryAcquire("shared"), undefined);
    const waiting = a.acquire("shared");
    await nodes.untilQueued("shared", 2);
    await removeForeign();
    await (await waiting).release();
  });

  it("keeps one lease for many locks, and none after close", async () => {
    const a: Coordinator = await nodes.connect("a");
    const locks = await Promise.all(Array.from({ length: 50 }, (_, i) => a.acquire(`many-${i}`)));
    assert.equal(new Set((await nodes.queueLeases()).map(String)).size, 1);
    await Promise.all(locks.map((lock) => lock.release()));
    const kept = await a.acquire("kept");
    await a.close();
    assert.ok(kept.signal.aborted);
    assert.deepEqual(await nodes.queueEntries(), []);
  });
});
