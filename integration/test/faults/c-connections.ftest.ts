import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { EtcdError } from "@fenceline/core";
import { startTcpProxy, type TcpProxy } from "@fenceline/testing";
import { FAST, hold, openLab } from "./lab.js";
import { startTraffic } from "./traffic.js";

const urls = (links: readonly TcpProxy[]): string[] => links.map(({ endpoint }) => endpoint);

describe("C4: connections end, or only one side knows of them", function () {
  this.timeout(30_000);
  const ttlMs = 3_000;

  it("C4 a storm of resets: the lock is kept, and acquires go on within a second", async () => {
    await using lab = await openLab({ members: 3, ...FAST });
    const hosts = urls(lab.links);
    const [a, b] = [await lab.connect({ hosts, ttlMs }), await lab.connect({ hosts, ttlMs })];
    const { assertKept } = await hold(a, "volume");
    const traffic = startTraffic([b], { ttlMs });
    for (const endAt = performance.now() + 2 * ttlMs; performance.now() < endAt; ) {
      for (const link of lab.links) link.reset();
      await sleep(100);
    }
    const resetsEndedAt = performance.now();
    await b.withLock("another", { timeoutMs: 1_000 }, () => {});
    const backMs = Math.round(performance.now() - resetsEndedAt);
    assertKept();
    const { grants } = await traffic.stop();
    assert.ok(backMs <= 1_000, `back after ${backMs} ms`);
    assert.ok(grants > 5, `${grants} grants`);
    await lab.assertNothingLeft();
  });

  it("C4 a port that refuses: an acquire says so, the lock is kept, and others are taken within a second after", async () => {
    await using lab = await openLab(FAST);
    const [target = ""] = lab.etcd.endpoints;
    const before = await startTcpProxy({ target });
    const longMs = 6_000; // longer than an acquire tries
    const hosts = [before.endpoint];
    const [a, b] = [await lab.connect({ hosts, ttlMs: longMs }), await lab.connect({ hosts, ttlMs: longMs })];
    const { assertKept } = await hold(a, "volume");
    await before[Symbol.asyncDispose]();
    await assert.rejects(b.acquire("another", { timeoutMs: 10_000 }), (error) => {
      return error instanceof EtcdError && error.code === "etcd_unavailable" && error.retryable;
    });
    await using _after = await startTcpProxy({ target, port: before.port });
    const openAt = performance.now();
    await b.withLock("another", { timeoutMs: 5_000 }, () => {});
    const backMs = Math.round(performance.now() - openAt);
    assert.ok(backMs <= 1_000, `back after ${backMs} ms`);
    await sleep(4_000); // beyond the deadline that it had before
    assertKept();
    await lab.assertNothingLeft();
  });

  it("C4 half-open connections to the member that answered: the lock is kept, and acquires go on within a second", async () => {
    await using lab = await openLab({ members: 3, ...FAST });
    const hosts = urls(lab.links);
    const [a, b] = [await lab.connect({ hosts, ttlMs }), await lab.connect({ hosts, ttlMs })];
    const { assertKept } = await hold(a, "volume");
    await b.withLock("another", () => {});
    for (const link of lab.links) link.freeze();
    const frozenAt = performance.now();
    await b.withLock("another", { timeoutMs: 5_000 }, () => {});
    const backMs = Math.round(performance.now() - frozenAt);
    await sleep(ttlMs);
    assertKept();
    // One attempt is given up after 750 ms.
    assert.ok(backMs <= 750 + 1_000, `back after ${backMs} ms`);
    for (const link of lab.links) link.reset();
    await lab.assertNothingLeft();
  });
});

describe("C5: the network is slow and uneven", function () {
  this.timeout(30_000);
  const ttlMs = 6_000;

  it("C5 50 to 450 ms each way: no lock is lost, and each acquire succeeds", async () => {
    await using lab = await openLab({ members: 3, ...FAST });
    const hosts = urls(lab.links);
    const [a, b, c] = [
      await lab.connect({ hosts, ttlMs }),
      await lab.connect({ hosts, ttlMs }),
      await lab.connect({ hosts, ttlMs }),
    ];
    const { assertKept } = await hold(a, "volume");
    const traffic = startTraffic([b, c], { ttlMs });
    for (const endAt = performance.now() + 1.2 * ttlMs; performance.now() < endAt; ) {
      for (const link of lab.links) link.delay(50 + Math.random() * 400);
      await sleep(100);
    }
    assertKept();
    for (const link of lab.links) link.heal();
    const { failures, grants } = await traffic.stop();
    assert.deepEqual(failures, []);
    assert.ok(grants > 2, `${grants} grants`);
    await lab.assertNothingLeft();
  });
});

describe("C7: the member that a client talks to has lost the others", function () {
  this.timeout(30_000);
  const ttlMs = 3_000;

  it("C7 the client leaves it within 2 s, its lock is kept, and its waiter is granted", async () => {
    await using lab = await openLab({ members: 3 });
    const leader = await lab.etcd.leader();
    const [cutOff, other] = lab.etcd.members.filter((member) => member !== leader);
    assert.ok(cutOff && other);
    const hosts = [cutOff, leader, other].map(({ endpoint }) => endpoint);
    const [a, b] = [await lab.connect({ hosts, ttlMs }), await lab.connect({ hosts, ttlMs })];
    const far = await lab.connect({ hosts: [leader.endpoint], ttlMs });
    const { assertKept } = await hold(a, "volume");
    const contended = await far.acquire("contended");
    const waiting = b.acquire("contended", { timeoutMs: 20_000 });
    await lab.untilQueued("contended", 2);
    await sleep(200); // its watch is open

    await cutOff.partition();
    const cutAt = performance.now();
    await a.withLock("another", { timeoutMs: 10_000 }, () => {});
    const leftMs = Math.round(performance.now() - cutAt);
    assert.ok(leftMs <= 2_000, `left after ${leftMs} ms`);
    await contended.release();
    const releasedAt = performance.now();
    const next = await waiting;
    const waitedMs = Math.round(performance.now() - releasedAt);
    // A waiter looks once in a TTL in any case, whatever its watch says.
    assert.ok(waitedMs <= ttlMs + 1_000, `granted ${waitedMs} ms after the release`);
    assert.ok(next.token > contended.token);
    await sleep(ttlMs);
    assertKept();
    await cutOff.heal();
    await lab.etcd.ready();
    await lab.assertNothingLeft();
  });
});
