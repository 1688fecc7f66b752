import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, FencelineError } from "@fenceline/core";
import { startTcpProxy } from "@fenceline/testing";
import { Etcd3 } from "etcd3";
import { ownEtcd } from "./suite-etcd.js";

const ttlMs = 3_000;

describe("faults of the cluster", function () {
  this.timeout(90_000);

  it("keeps the lock, and the waiter waiting, when the only member is restarted", async () => {
    await using etcd = await ownEtcd();
    const options = { etcd: { hosts: etcd.endpoints }, ttlMs };
    await using a = await connect(options);
    await using b = await connect(options);
    const held = await a.acquire("volume");
    const waiting = b.acquire("volume");
    await sleep(200);
    await etcd.members[0]?.restart();
    await sleep(ttlMs);
    held.assertHeld();
    await held.release();
    const next = await waiting;
    assert.ok(next.token > held.token);
  });

  it("keeps the lock, and the waiter waiting, when the leader is killed", async () => {
    await using etcd = await ownEtcd({ members: 3 });
    const options = { etcd: { hosts: etcd.endpoints }, ttlMs: 5_000 };
    await using a = await connect(options);
    await using b = await connect(options);
    const held = await a.acquire("volume");
    const waiting = b.acquire("volume");
    await sleep(200);
    await (await etcd.leader()).kill();
    await sleep(6_000);
    held.assertHeld();
    await held.release();
    assert.ok((await waiting).token > held.token);
  });

  it("leaves a leader that is paused, and takes locks through the others", async () => {
    await using etcd = await ownEtcd({ members: 3 });
    await using a = await connect({ etcd: { hosts: etcd.endpoints }, ttlMs: 5_000 });
    const held = await a.acquire("held");
    const leader = await etcd.leader();
    await leader.pause();
    await using more = await a.acquire("another", { timeoutMs: 10_000 });
    more.assertHeld();
    await sleep(6_000);
    held.assertHeld();
    await leader.resume();
  });

  it("tells the holder in time when a leader that lost its majority goes on answering", async () => {
    await using etcd = await ownEtcd({ members: 3 });
    const leader = await etcd.leader();
    await using a = await connect({ etcd: { hosts: [leader.endpoint] }, ttlMs });
    const lock = await a.acquire("volume");
    await leader.partition();
    const others = etcd.members.filter((member) => member !== leader).map((member) => member.endpoint);
    await using b = await connect({ etcd: { hosts: others }, ttlMs, connectTimeoutMs: 20_000 });
    const next = await b.acquire("volume", { timeoutMs: 20_000 });
    assert.equal(lock.held, false, "two holders");
    assert.ok(lock.signal.aborted);
    assert.ok(next.token > lock.token);
    await leader.heal();
  });

  it("does not hang a wait when etcd compacts its history under it", async () => {
    await using etcd = await ownEtcd();
    const options = { etcd: { hosts: etcd.endpoints }, ttlMs };
    await using a = await connect(options);
    await using b = await connect(options);
    const client = new Etcd3({ hosts: [...etcd.endpoints] });
    const held = await a.acquire("volume");
    const waiting = b.acquire("volume", { timeoutMs: 10_000 });
    await sleep(200);
    for (let i = 0; i < 20; i += 1) await client.put("noise").value(String(i));
    const { header } = await client.kv.range({ key: Buffer.from("noise") });
    await client.kv.compact({ revision: header.revision, physical: true });
    await etcd.members[0]?.restart();
    client.close();
    await held.release();
    await (await waiting).release();
  });

  it("aborts the holder's signal before etcd can give the lock away, when it is cut off", async () => {
    await using etcd = await ownEtcd();
    await using proxy = await startTcpProxy({ target: etcd.endpoints[0] as string });
    await using a = await connect({ etcd: { hosts: [proxy.endpoint] }, ttlMs });
    const lock = await a.acquire("volume");
    const aborted = new Promise<number>((resolve) =>
      lock.signal.addEventListener("abort", () => resolve(performance.now())),
    );
    await using b = await connect({ etcd: { hosts: etcd.endpoints }, ttlMs });
    const granted = b.acquire("volume").then(() => performance.now());
    await sleep(300);
    proxy.cut();
    const [abortedAt, grantedAt] = await Promise.all([aborted, granted]);
    assert.ok(abortedAt < grantedAt, `aborted ${abortedAt - grantedAt} ms after the next grant`);
    assert.ok(FencelineError.is(lock.signal.reason, "lock_lost"));
    proxy.heal();
  });
});
