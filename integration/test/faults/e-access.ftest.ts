import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, FencelineError } from "@fenceline/core";
import type { Etcd3 } from "etcd3";
import { ownEtcd } from "../suite-etcd.js";
import { openClient } from "../support/etcd-client.js";
import { assertToldBefore, watchDeletions } from "./support/deletions.js";
import { countRequests } from "./support/requests.js";
import { nowMs } from "./support/worker-messages.js";

const user = { user: "volumes", password: "right" };
const auth = { ...user, prefix: "volumes/" };

describe("a holder with a password", function () {
  this.timeout(60_000);

  it("E1 gets itself another token when its own has expired, and keeps its lock", async () => {
    await using etcd = await ownEtcd({ auth: { ...user, prefix: "volumes/", tokenTtlSeconds: 1 } });
    const hosts = etcd.endpoints;
    // It asks etcd each two seconds only, so each time its token has expired.
    await using coordinator = await connect({ etcd: { hosts, ...user }, namespace: "volumes", ttlMs: 6_000 });
    const states: string[] = [];
    using _listener = coordinator.onSessionState((state) => states.push(state.status));
    await using lock = await coordinator.acquire("volume");
    await sleep(8_000);
    lock.assertHeld();
    await lock.guardedTxn((txn) => txn.put("volumes/data").value("mine"));
    assert.ok(!states.includes("lost"), states.join());
  });

  it("E1 does so when etcd has forgotten all tokens in a restart", async () => {
    await using etcd = await ownEtcd({ auth });
    const hosts = etcd.endpoints;
    await using coordinator = await connect({
      etcd: { hosts, ...user },
      namespace: "volumes",
      ttlMs: 20_000,
    });
    await using lock = await coordinator.acquire("volume");
    await etcd.members[0]?.restart();
    await lock.guardedTxn((txn) => txn.put("volumes/data").value("mine"));
    await coordinator.withLock("other", { timeoutMs: 5_000 }, () => {});
  });

  const revocations: Record<string, (root: Etcd3) => Promise<unknown>> = {
    permission: (root) => root.user(user.user).removeRole(`${user.user}-role`),
    user: (root) => root.user(user.user).delete(),
  };
  for (const [what, revoke] of Object.entries(revocations)) {
    it(`E2 loses its lock in time when its ${what} is revoked, and does not storm etcd`, async () => {
      await using etcd = await ownEtcd({ auth });
      const [endpoint] = etcd.endpoints as [string];
      await using deletions = await watchDeletions(etcd, [endpoint], "volumes");
      const options = { etcd: { hosts: [endpoint], ...user }, namespace: "volumes", ttlMs: 3_000 };
      await using coordinator = await connect(options);
      const held = await coordinator.acquire("volume");
      const aborted = new Promise<number>((resolve) =>
        held.signal.addEventListener("abort", () => resolve(nowMs())),
      );
      {
        using root = openClient(etcd, {
          auth: { username: "root", password: etcd.auth?.rootPassword ?? "" },
        });
        await revoke(root);
      }
      const revokedMs = nowMs();
      const before = await countRequests(endpoint);

      const leadMs = await assertToldBefore(deletions.untilDeleted("volume"), aborted);
      const toldMs = (await aborted) - revokedMs;
      assert.ok(toldMs < 3_000, `told after ${toldMs} ms`);
      assert.ok(FencelineError.is(held.signal.reason, "lock_lost"));
      await assert.rejects(coordinator.acquire("volume", { timeoutMs: 2_000 }), { code: "etcd_auth" });

      await sleep(8_000 - (nowMs() - revokedMs));
      const requests = (await countRequests(endpoint)) - before;
      console.log(`      told ${leadMs} ms before the deletion; ${requests} requests in 8 s`);
      // Until the deadline each renewal is a message and its proof another one.
      assert.ok(requests <= 10, `${requests} requests in 8 s`);
    });

    it(`E2 ends a wait with a typed error when the ${what} of the waiter is revoked`, async () => {
      await using etcd = await ownEtcd({ auth });
      const options = { etcd: { hosts: etcd.endpoints, ...user }, namespace: "volumes", ttlMs: 3_000 };
      await using holder = await connect(options);
      await using waiter = await connect(options);
      await holder.acquire("volume");
      const ended = waiter.acquire("volume").catch((error: unknown) => error);
      await sleep(200);
      using root = openClient(etcd, { auth: { username: "root", password: etcd.auth?.rootPassword ?? "" } });
      await revoke(root);
      const error = await Promise.race([ended, sleep(6_000, "still waiting")]);
      assert.ok(FencelineError.is(error) && ["etcd_auth", "session_lost"].includes(error.code), `${error}`);
    });
  }
});
