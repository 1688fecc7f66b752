import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { FencelineError } from "@fenceline/core";
import { askMember } from "../support/member-api.js";
import { watchDeletion } from "./deletions.js";
import { abortOf, FAST, hold, openLab } from "./lab.js";
import { startHolder } from "./outage-holder.js";

const MEBIBYTE = 2 ** 20;

describe("D7: etcd's space is exhausted", function () {
  this.timeout(30_000);
  const ttlMs = 3_000;

  it("D7 an acquire fails at once and for good, the holder keeps its lock, and its release works", async () => {
    await using lab = await openLab({ ...FAST, quotaBytes: 4 * MEBIBYTE });
    const [a, b] = [await lab.connect({ ttlMs }), await lab.connect({ ttlMs })];
    const { assertKept, lock } = await hold(a, "volume");
    const waiting = b.acquire("volume", { timeoutMs: 20_000 });
    await lab.untilQueued("volume", 2);
    await assert.rejects(async () => {
      for (let i = 0; i < 20; i += 1) await lab.client.put(`fill/${i}`).value(Buffer.alloc(MEBIBYTE));
    }, /database space exceeded/);
    // Small writes fit in until etcd has raised its alarm.
    await assert.rejects(async () => {
      for (;;) await lab.client.put("fill/small").value("");
    }, /database space exceeded/);

    const askedAt = performance.now();
    for (const ask of [
      () => a.acquire("another"),
      () => a.tryAcquire("another"),
      () => lab.connect({ ttlMs }),
    ]) {
      await assert.rejects(
        ask,
        (error) => FencelineError.is(error, "etcd_rejected") && /space/.test(error.message),
      );
    }
    const failedMs = Math.round(performance.now() - askedAt);
    assert.ok(failedMs <= 1_500, `three refusals took ${failedMs} ms`);
    assert.equal((await lab.queue("another")).length, 0);

    await sleep(ttlMs + 500);
    assertKept();
    await lock.release();
    const releasedAt = performance.now();
    const next = await waiting;
    const waitedMs = Math.round(performance.now() - releasedAt);
    assert.ok(waitedMs <= 500, `granted ${waitedMs} ms after the release`);
    assert.ok(next.token > lock.token);
    await next.release();
    assert.deepEqual(await lab.queue("volume"), []);

    // An operator makes room.
    const [endpoint = ""] = lab.etcd.endpoints;
    await lab.client.delete().prefix("fill/");
    const { header } = await lab.client.kv.range({ key: Buffer.from("fill") });
    await lab.client.kv.compact({ revision: header.revision, physical: true });
    await askMember(endpoint, "maintenance/defragment");
    const { alarms } = await askMember<{ alarms: object[] }>(endpoint, "maintenance/alarm", {
      action: "GET",
    });
    for (const alarm of alarms)
      await askMember(endpoint, "maintenance/alarm", { action: "DEACTIVATE", ...alarm });
    await b.withLock("another", { timeoutMs: 2_000 }, () => {});
    await lab.assertNothingLeft();
  });
});

describe("D8: etcd is away for longer than the TTL", function () {
  this.timeout(60_000);
  const ttlMs = 2_000;

  for (const [what, count] of [
    ["a majority", 2],
    ["the whole cluster", 3],
  ] as const) {
    it(`D8 ${what}: the holder is told in time, the lock is granted within TTL + 2.5 s after, and the old token is refused`, async () => {
      await using lab = await openLab({ members: 3 });
      const [a, b] = [await lab.connect({ ttlMs }), await lab.connect({ ttlMs: 30_000 })];
      const lock = await a.acquire("volume");
      const gate = b.tokenGate();
      await gate.admit("volume", lock.token);
      using deletion = await watchDeletion(lab.etcd, a, "volume");
      const aborted = abortOf(lock);
      const waiting = b.acquire("volume", { timeoutMs: 60_000 });
      await lab.untilQueued("volume", 2);
      await sleep(200); // it has heard of it
      const victims = lab.etcd.members.slice(0, count);
      await Promise.all(victims.map((member) => member.kill()));
      const killedAt = performance.now();
      const abortedAt = await aborted;
      const toldMs = Math.round(abortedAt - killedAt);
      assert.ok(toldMs <= ttlMs, `told after ${toldMs} ms`);
      assert.equal(lock.held, false);
      await sleep(1_000); // well beyond the TTL

      await Promise.all(victims.map((member) => member.restart()));
      const backAt = performance.now();
      const next = await waiting;
      const grantedMs = Math.round(performance.now() - backAt);
      assert.ok(grantedMs <= ttlMs + 2_500, `granted ${grantedMs} ms after etcd was back`);
      assert.ok(next.token > lock.token);
      await next.guardedTxn((txn) => txn.put("data").value("newer"));
      await assert.rejects(
        lock.guardedTxn((txn) => txn.put("data").value("late")),
        { code: "lock_lost" },
      );
      await gate.admit("volume", next.token);
      await assert.rejects(gate.admit("volume", lock.token), { code: "stale_token" });
      if (count < 3) {
        const leadMs = Math.round((await deletion.seen) - abortedAt);
        assert.ok(leadMs > 0, `told ${-leadMs} ms after a member had deleted its entry`);
      }
    });
  }

  it("D8 the only member is restarted: the lock is kept, and the waiter waits on", async () => {
    await using lab = await openLab();
    const [a, b] = [await lab.connect({ ttlMs: 3_000 }), await lab.connect({ ttlMs: 3_000 })];
    const { assertKept, lock } = await hold(a, "volume");
    const waiting = b.acquire("volume", { timeoutMs: 20_000 });
    await lab.untilQueued("volume", 2);
    await lab.etcd.members[0]?.restart();
    await sleep(3_000);
    assertKept();
    await lock.release();
    const next = await waiting;
    assert.ok(next.token > lock.token);
    await lab.assertNothingLeft();
  });
});

describe("D13: one leader after the other is killed", function () {
  this.timeout(60_000);
  const ttlMs = 2_000;
  const KILLS = 2;

  it(`D13 ${KILLS} times, each 3 s: a dead holder's lock is granted within ${KILLS + 1} x (TTL + 3.5 s)`, async () => {
    await using lab = await openLab({ members: 3 });
    const b = await lab.connect({ ttlMs: 30_000 });
    await using holder = await startHolder(lab.etcd.endpoints, "volume");
    const waiting = b.acquire("volume", { timeoutMs: 60_000 });
    await lab.untilQueued("volume", 2);
    holder.process.kill("SIGKILL");
    await once(holder.process, "exit");
    const diedAt = performance.now();
    let grantedMs: number | undefined;
    const granted = waiting.then((next) => {
      grantedMs = Math.round(performance.now() - diedAt);
      return next;
    });
    let kills = 0;
    while (kills < KILLS && grantedMs === undefined) {
      const startedAt = performance.now();
      const leader = await lab.etcd.leader();
      await leader.kill();
      kills += 1;
      await sleep(500);
      await leader.restart();
      await Promise.race([granted, sleep(startedAt + 3_000 - performance.now())]);
    }
    const next = await granted;
    const boundMs = (kills + 1) * (ttlMs + 3_500);
    assert.ok((grantedMs ?? Infinity) <= boundMs, `granted ${grantedMs} ms after the death, ${kills} kills`);
    assert.ok(next.token > holder.token);
    await next.guardedTxn((txn) => txn.put("data").value("of the next"));
  });
});
