import assert from "node:assert/strict";
import { connect, FencelineError, FencingToken } from "@fenceline/core";
import { startTcpProxy } from "@fenceline/testing";
import { ownEtcd } from "../suite-etcd.js";
import { openClient } from "../support/etcd-client.js";

const ttlMs = 2_000;

/** What a promise of a write came to: nothing, or the code of its error. */
function outcome(write: Promise<unknown>): Promise<string> {
  return write.then(
    () => "written",
    (error: unknown) => (FencelineError.is(error) ? error.code : String(error)),
  );
}

describe("late writes", function () {
  this.timeout(60_000);

  it("F1 are refused when they arrive after the first write of the successor", async () => {
    await using etcd = await ownEtcd();
    const [endpoint] = etcd.endpoints as [string];
    await using line = await startTcpProxy({ target: endpoint });
    // One attempt only, which is under way for as long as the line holds it back.
    const patient = { hosts: [line.endpoint], attemptTimeoutMs: 30_000 };
    await using former = await connect({ etcd: patient, node: "former", ttlMs });
    await using successor = await connect({ etcd: { hosts: [endpoint] }, node: "successor", ttlMs });
    using direct = openClient(etcd);
    using unguarded = openClient(etcd, { hosts: line.endpoint, defaultCallOptions: () => ({}) });
    await unguarded.get("connected").string();

    const old = await former.acquire("volume");
    const lost = new Promise((resolve) => old.signal.addEventListener("abort", resolve));
    line.cut();
    const late = [
      old.guardedTxn((txn) => txn.put("by-lock").value("old")),
      former.tokenGate().guardedTxn("array", old.token, (txn) => txn.put("by-token").value("old")),
    ].map(outcome);
    const control = unguarded.put("by-nothing").value("old").exec();
    await lost;

    const present = await successor.acquire("volume", { timeoutMs: 10_000 });
    assert.ok(present.token > old.token);
    await present.guardedTxn((txn) => txn.put("by-lock").value("new"));
    const gate = successor.tokenGate();
    await gate.guardedTxn("array", present.token, (txn) => txn.put("by-token").value("new"));
    await direct.put("by-nothing").value("new");

    line.heal();
    await control;
    assert.equal(await direct.get("by-nothing").string(), "old", "nothing came late: this proves nothing");
    assert.deepEqual(await Promise.all(late), ["lock_lost", "stale_token"]);
    assert.equal(await direct.get("by-lock").string(), "new");
    assert.equal(await direct.get("by-token").string(), "new");
    present.assertHeld();
  });

  it("F2 are refused by a resource that was restarted: the newest token has survived", async () => {
    await using etcd = await ownEtcd();
    await using coordinator = await connect({ etcd: { hosts: etcd.endpoints } });
    const gate = coordinator.tokenGate();
    await gate.admit("volume", FencingToken.from(6n));
    await etcd.members[0]?.kill();
    await etcd.members[0]?.restart();
    await assert.rejects(gate.admit("volume", FencingToken.from(5n)), { code: "stale_token", newest: 6n });
  });

  it("F3 are refused by each resource under the lock from when it was shown the new token", async () => {
    await using etcd = await ownEtcd();
    const options = { etcd: { hosts: etcd.endpoints }, ttlMs };
    await using a = await connect(options);
    await using b = await connect(options);
    const old = await a.acquire("arrays");
    const gate = a.tokenGate();
    await old.release();
    const present = await b.acquire("arrays");

    // One knows of the successor, the other one cannot: it admits the late write, as the documentation says.
    await b.tokenGate().admit("array-1", present.token);
    assert.equal(await outcome(gate.admit("array-1", old.token)), "stale_token");
    assert.equal(await outcome(gate.admit("array-2", old.token)), "written");
    await b.tokenGate().admit("array-2", present.token);
    assert.equal(await outcome(gate.admit("array-2", old.token)), "stale_token");
  });
});
