import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type Coordinator, FencelineError } from "@fenceline/core";
import { type Direction, startTcpProxy, type TcpProxy } from "@fenceline/testing";
import { watchDeletion } from "./deletions.js";
import { abortOf, FAST, hold, type Lab, openLab } from "./lab.js";
import { startTraffic } from "./traffic.js";

const urls = (links: readonly TcpProxy[]): string[] => links.map(({ endpoint }) => endpoint);

describe("C1: a holder reaches no member for longer than its TTL", function () {
  this.timeout(30_000);
  const ttlMs = 3_000;

  /** How a holder is cut off, and how far into the time between two renewals. */
  const trials: readonly (readonly [direction: Direction | undefined, afterMs: number])[] = [
    [undefined, 0],
    ["toTarget", 250],
    ["toClient", 500],
    [undefined, 750],
    ["toTarget", 125],
    [undefined, 375],
    ["toClient", 625],
    [undefined, 875],
  ];

  async function cutOff(
    lab: Lab,
    b: Coordinator,
    name: string,
    [direction, afterMs]: (typeof trials)[number],
  ) {
    const links = await Promise.all(lab.etcd.endpoints.map((target) => startTcpProxy({ target })));
    try {
      const a = await lab.connect({ hosts: urls(links), ttlMs });
      const lock = await a.acquire(name);
      using deletion = await watchDeletion(lab.etcd, a, name);
      const aborted = abortOf(lock);
      const next = b.acquire(name, { timeoutMs: 10_000 });
      await sleep(afterMs);
      const cutAt = performance.now();
      for (const link of links) link.cut(direction);
      const [abortedAt, deletedAt, { token }] = await Promise.all([aborted, deletion.seen, next]);
      assert.equal(lock.held, false);
      assert.ok(FencelineError.is(lock.signal.reason, "lock_lost"));
      assert.ok(token > lock.token);
      for (const link of links) link.heal();
      await assert.rejects(
        lock.guardedTxn((txn) => txn.put("data").value("late")),
        { code: "lock_lost" },
      );
      return { name, leadMs: Math.round(deletedAt - abortedAt), toldMs: Math.round(abortedAt - cutAt) };
    } finally {
      await Promise.all(links.map((link) => link[Symbol.asyncDispose]()));
    }
  }

  it("C1 its signal aborts before any member has deleted its entry, in each of 8 trials", async () => {
    await using lab = await openLab({ members: 3 });
    const b = await lab.connect({ ttlMs: 20_000 });
    const results: Awaited<ReturnType<typeof cutOff>>[] = [];
    for (const some of [trials.slice(0, 4), trials.slice(4)]) {
      const run = some.map((trial) => cutOff(lab, b, trial.join("-"), trial));
      results.push(...(await Promise.all(run)));
    }
    const late = results.filter(({ leadMs, toldMs }) => leadMs <= 0 || toldMs > ttlMs);
    assert.deepEqual(late, [], JSON.stringify(results));
    assert.equal((await lab.client.getAll().prefix("data").keys()).length, 0);
    await lab.assertNothingLeft();
  });

  it("C1 aborts the holder's signal before etcd can give the lock away", async () => {
    await using lab = await openLab();
    await using proxy = await startTcpProxy({ target: lab.etcd.endpoints[0] as string });
    const a = await lab.connect({ hosts: [proxy.endpoint], ttlMs: 3_000 });
    const lock = await a.acquire("volume");
    const aborted = abortOf(lock);
    const b = await lab.connect({ ttlMs: 3_000 });
    const granted = b.acquire("volume").then(() => performance.now());
    await sleep(300);
    proxy.cut();
    const [abortedAt, grantedAt] = await Promise.all([aborted, granted]);
    assert.ok(abortedAt < grantedAt, `aborted ${abortedAt - grantedAt} ms after the next grant`);
    assert.ok(FencelineError.is(lock.signal.reason, "lock_lost"));
    proxy.heal();
  });
});

describe("C2: one of three members is behind a black hole", function () {
  this.timeout(30_000);
  const ttlMs = 3_000;
  /** One attempt is given up after 750 ms; then another member is asked. */
  const MOST_MS = 1_500;

  it("C2 a holder that talked to it keeps its lock, and acquires pause for 1.5 s at most", async () => {
    await using lab = await openLab({ members: 3, ...FAST });
    const hosts = urls(lab.links);
    const [a, b] = [await lab.connect({ hosts, ttlMs }), await lab.connect({ hosts, ttlMs })];
    const { assertKept } = await hold(a, "volume");
    const traffic = startTraffic([b], { ttlMs });
    lab.links[0]?.cut();
    await sleep(2 * ttlMs);
    assertKept();
    const { failures, longestMs } = await traffic.stop();
    assert.deepEqual(failures, []);
    assert.ok(longestMs <= MOST_MS, `an acquire took ${longestMs} ms`);
    assert.ok(longestMs >= 500, `an acquire took ${longestMs} ms: nobody talked to that member`);
    lab.links[0]?.heal();
    await lab.assertNothingLeft();
  });

  it("C2 a new coordinator connects past it, wherever it stands in the list", async () => {
    await using lab = await openLab({ members: 3, ...FAST });
    const hosts = urls(lab.links);
    lab.links[0]?.cut();
    for (const order of [hosts, hosts.toReversed()]) {
      const startedAt = performance.now();
      const coordinator = await lab.connect({ hosts: order, ttlMs });
      await coordinator.withLock("volume", () => {});
      const tookMs = Math.round(performance.now() - startedAt);
      assert.ok(tookMs <= 2 * MOST_MS, `${tookMs} ms`);
    }
    lab.links[0]?.heal();
    await lab.assertNothingLeft();
  });
});
