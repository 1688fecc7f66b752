import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "@fenceline/core";
import { ownEtcd } from "../suite-etcd.js";
import { openClient } from "../support/etcd-client.js";
import { assertToldBefore, watchDeletions } from "./support/deletions.js";
import { LOOP_DISK_PROGRAMS, mountLoopDisk } from "./support/disks.js";
import { renewAt } from "./support/renewals.js";
import { needsProcesses, needsRoot } from "./support/requirements.js";
import { nowMs } from "./support/worker-messages.js";

const ttlMs = 5_000;

describe("the leader's disk stands still", function () {
  this.timeout(60_000);
  before(needsProcesses);
  before(needsRoot(LOOP_DISK_PROGRAMS, () => mountLoopDisk(16)));

  it("D5 tells a holder that only reaches that leader before the others delete its lock", async () => {
    // etcd takes 64 MiB for each of its first two log files.
    await using one = await mountLoopDisk(256);
    await using two = await mountLoopDisk(256);
    await using three = await mountLoopDisk(256);
    const disks = [one, two, three];
    await using etcd = await ownEtcd({
      members: 3,
      places: disks.map(({ path }) => ({ directory: path })),
    });
    const leader = await etcd.leader();
    const others = etcd.members.filter((member) => member !== leader);
    const elsewhere = others.map(({ endpoint }) => endpoint);
    await using deletions = await watchDeletions(etcd, elsewhere);

    await using sticky = await connect({ etcd: { hosts: [leader.endpoint] }, node: "sticky", ttlMs });
    await using waiter = await connect({ etcd: { hosts: elsewhere }, node: "waiter", ttlMs: 4 * ttlMs });
    const held = await sticky.acquire("volume");
    const { sessionState } = sticky;
    assert.ok("leaseId" in sessionState);
    const { leaseId } = sessionState;
    const aborted = new Promise<number>((resolve) =>
      held.signal.addEventListener("abort", () => resolve(nowMs())),
    );
    const next = waiter.acquire("volume", { timeoutMs: 4 * ttlMs });
    // While there is something to bring to its disk, that leader answers nothing. It has to stop between two renewals.
    await sleep(ttlMs / 8);

    const frozenMs = nowMs();
    {
      const disk = disks[etcd.members.indexOf(leader)];
      assert.ok(disk);
      await using _frozen = await disk.freeze();
      await using renewing = renewAt(leader.endpoint, leaseId);
      const leadMs = await assertToldBefore(deletions.untilDeleted("volume"), aborted);
      const toldMs = Math.round((await aborted) - frozenMs);
      console.log(`      told ${toldMs} ms after the freeze, ${leadMs} ms before the deletion`);
      assert.equal(held.held, false);
      const answer = await renewing.nextAnswer();
      console.log(`      what that leader says to a renewal when the lock is gone: ${answer}`);
      if (isKnownToBelieve(etcd.version)) assert.equal(answer, "5 s", "a milder fault than was meant");

      const successor = await next;
      assert.ok(successor.token > held.token);
      await successor.guardedTxn((txn) => txn.put("data").value("newer"));
      const late = held.guardedTxn((txn) => txn.put("data").value("late"));
      await assert.rejects(late, { code: "lock_lost" });
      await sleep(3 * ttlMs - (nowMs() - frozenMs));
      // Whatever that leader has answered meanwhile, nobody has believed it.
      assert.equal(sticky.sessionState.status, "lost");
    }
    // The disk goes on, and so does the client.
    await using again = await sticky.acquire("another", { timeoutMs: 10_000 });
    again.assertHeld();
    using client = openClient(etcd);
    assert.equal(await client.get("data").string(), "newer");
  });
});

/** Leaders of etcd before 3.4.31 and 3.5.13 go on renewing when they have been replaced (etcd-io/etcd#15247). */
function isKnownToBelieve(version: string): boolean {
  const [, minor = 0, patch = 0] = version.split(".").map(Number);
  return (minor === 4 && patch < 31) || (minor === 5 && patch < 13);
}
