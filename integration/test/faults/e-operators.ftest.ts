import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type ConnectOptions, type Coordinator, connect, type Lock, lockLocation } from "@fenceline/core";
import type { Etcd3 } from "etcd3";
import { ownEtcd } from "../suite-etcd.js";
import { openClient } from "../support/etcd-client.js";
import { nowMs } from "./support/worker-messages.js";

const ttlMs = 3_000;
/** A renewal looks after the entries each third of the TTL. */
const NOTICED_MS = 1_500;

const wires: readonly Pick<ConnectOptions, "wire">[] = [{ wire: "etcd" }, { wire: "cinder" }];

describe("an operator breaks a lock", function () {
  this.timeout(60_000);

  for (const { wire } of wires) {
    it(`E4 by deleting its key of the format "${wire}": the holder is told, the next token is greater`, async () => {
      await using lab = await openLab({ wire });
      const { a, b, operator } = lab;
      const held = await a.acquire("volume");
      const waiting = b.acquire("volume", { timeoutMs: 10_000 });
      const abort = abortOf(held);
      const { queuePrefix, toozKey } = lockLocation("volume", { wire });
      if (queuePrefix !== undefined) {
        const [first] = await operator.getAll().prefix(queuePrefix).sort("Create", "Ascend").keys();
        await operator.delete().key(first ?? "");
      } else await operator.delete().key(toozKey ?? "");
      const brokenMs = nowMs();

      const next = await waiting;
      assert.ok(next.token > held.token);
      await next.guardedTxn((txn) => txn.put("data").value("newer"));
      await assertTold(abort, brokenMs);
      assert.throws(() => held.assertHeld(), { code: "lock_lost" });
      const late = held.guardedTxn((txn) => txn.put("data").value("late"));
      await assert.rejects(late, { code: "lock_lost" });
      // Whoever was told goes on; the successor has lost nothing.
      await held.release();
      next.assertHeld();
      await next.guardedTxn((txn) => txn.get("data"));
    });
  }

  it("E4 by putting another key in the place of its own: the holder is told, and nobody holds the lock", async () => {
    await using lab = await openLab({});
    const { a, b, operator } = lab;
    const held = await a.acquire("volume");
    const abort = abortOf(held);
    const prefix = lockLocation("volume").queuePrefix ?? "";
    const [key = ""] = await operator.getAll().prefix(prefix).keys();
    await operator.delete().key(key);
    await operator.put(key).value("broken");
    const brokenMs = nowMs();

    await assertTold(abort, brokenMs);
    assert.equal(await b.tryAcquire("volume"), undefined);
    // What the operator has put there is not the former holder's to remove.
    await held.release();
    assert.equal(await operator.get(key).string(), "broken");
    await operator.delete().key(key);
    const next = await b.acquire("volume", { timeoutMs: 10_000 });
    assert.ok(next.token > held.token);
  });

  it("E4 not by writing over its key, which stays the first in the queue", async () => {
    await using lab = await openLab({});
    const { a, b, operator } = lab;
    const held = await a.acquire("volume");
    const prefix = lockLocation("volume").queuePrefix ?? "";
    const [key = ""] = await operator.getAll().prefix(prefix).keys();
    await operator.put(key).value("broken");
    await assert.rejects(b.acquire("volume", { timeoutMs: ttlMs }), { code: "lock_timeout" });
    await held.guardedTxn((txn) => txn.put("data").value("mine"));
    await held.release();
    const next = await b.acquire("volume", { timeoutMs: 10_000 });
    assert.ok(next.token > held.token);
  });
});

interface OperatorLab extends AsyncDisposable {
  readonly a: Coordinator;
  readonly b: Coordinator;
  readonly operator: Etcd3;
}

async function openLab(options: Pick<ConnectOptions, "wire">): Promise<OperatorLab> {
  const etcd = await ownEtcd();
  const node = (name: string): Promise<Coordinator> =>
    connect({ etcd: { hosts: etcd.endpoints }, node: name, ttlMs, ...options });
  const [a, b] = await Promise.all([node("a"), node("b")]);
  const operator = openClient(etcd);
  return {
    ...{ a, b, operator },
    async [Symbol.asyncDispose]() {
      await Promise.all([a.close(), b.close()]);
      operator.close();
      await etcd[Symbol.asyncDispose]();
    },
  };
}

/** When a lock's signal aborts. */
function abortOf(lock: Lock): Promise<number> {
  return new Promise((resolve) => lock.signal.addEventListener("abort", () => resolve(nowMs())));
}

async function assertTold(abort: Promise<number>, brokenMs: number): Promise<void> {
  const toldMs = await Promise.race([abort, sleep(NOTICED_MS, undefined)]);
  assert.ok(toldMs !== undefined, `not told within ${NOTICED_MS} ms`);
  assert.ok(toldMs - brokenMs <= NOTICED_MS, `told after ${toldMs - brokenMs} ms`);
  console.log(`      told after ${Math.round(toldMs - brokenMs)} ms`);
}
