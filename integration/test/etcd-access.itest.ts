import assert from "node:assert/strict";
import { type Coordinator, connect, lockKey } from "@fenceline/core";
import { Range } from "etcd3";
import { ownEtcd } from "./suite-etcd.js";
import { openClient } from "./support/etcd-client.js";

/** Everything that coordinators ask etcd for; `other` waits for what `one` holds. */
async function useAll(one: Coordinator, other: Coordinator): Promise<void> {
  const delayed = { ...lockKey("global", "delayed"), lockDelayMs: 100 };
  const lock = await one.acquire(["volume", delayed]);
  assert.equal(await other.tryAcquire("volume"), undefined);
  await assert.rejects(other.acquire("volume", { timeoutMs: 300 }), { code: "lock_timeout" });
  const waiting = other.acquire(delayed);
  await lock.guardedTxn((txn) => txn.put("volumes/data").value("mine"));
  await one.tokenGate().admit("volume", lock.token);
  await lock.release();
  await (await waiting).release();
  await (await one.tryAcquire(delayed))?.release();
}

describe("the rights of a coordinator in etcd", function () {
  this.timeout(60_000);

  it("need to be readwrite on the namespace's prefix, and not a byte less", async () => {
    const user = { user: "volumes", password: "right" };
    await using etcd = await ownEtcd({ auth: { ...user, prefix: "volumes/" } });
    const hosts = etcd.endpoints;
    const work = async (given: { readonly user: string; readonly password: string }, wire?: "cinder") => {
      const options = { etcd: { hosts, ...given }, namespace: "volumes", ttlMs: 2_000 };
      await using one = await connect(wire === undefined ? options : { ...options, wire });
      await using other = await connect(wire === undefined ? options : { ...options, wire });
      await useAll(one, other);
    };
    await work(user);

    using root = openClient(etcd, { auth: { username: "root", password: etcd.auth?.rootPassword ?? "" } });
    const less = [
      ["the-first-byte-of-gates", "Readwrite", new Range("volumes/gates0", "volumes0")],
      ["the-last-byte-of-sessions", "Readwrite", new Range("volumes/", "volumes/sessions/")],
      ["the-name-without-the-slash", "Readwrite", Range.from("volumes")],
      ["only-to-read", "Read", Range.prefix("volumes/")],
      ["only-to-write", "Write", Range.prefix("volumes/")],
    ] as const;
    for (const [name, permission, range] of less) {
      await root.role(name).create();
      await root.role(name).grant({ permission, range });
      await root.user(name).create("right");
      await root.user(name).addRole(name);
      await assert.rejects(work({ user: name, password: "right" }), { code: "etcd_auth" }, name);
    }
    // Cinder's keys stand elsewhere, whatever the namespace is.
    await assert.rejects(work(user, "cinder"), /and, for wire "cinder", on the prefix "\/tooz\/locks"/);
    await root.role("volumes-role").grant({ permission: "Readwrite", range: Range.prefix("/tooz/locks") });
    await work(user, "cinder");
  });
});
