import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "@fenceline/core";
import { ownEtcd } from "../suite-etcd.js";
import { timed } from "./processes/timing.js";

describe("a waiter whose member is cut off from the others", () => {
  it("C7 is told by its watch that there is no leader, long before it renews or looks again", async () => {
    await using etcd = await ownEtcd({ members: 3, clientProxy: true });
    const options = { ttlMs: 90_000, connectTimeoutMs: 20_000 };
    await using waiter = await connect({ ...options, etcd: { hosts: etcd.endpoints } });
    const used = etcd.members.filter(({ clientProxy }) => (clientProxy?.connections ?? 0) > 0);
    const others = etcd.members.filter((member) => !used.includes(member)).map(({ endpoint }) => endpoint);
    assert.ok(used.length > 0 && others.length > 0);
    await using holder = await connect({ ...options, etcd: { hosts: others } });
    const held = await holder.acquire("volume");
    const waiting = waiter.acquire("volume");
    await sleep(500);
    const [member] = used;
    await member?.partition();
    // A change of the leader may be on its way.
    await sleep(3_000);
    await held.release();
    const { ms, result } = await timed(waiting);
    result.assertHeld();
    assert.ok(ms <= 10_000, `${ms} ms`);
    await member?.heal();
  });
});
