import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Coordinator,
  connect,
  createCallPolicy,
  FencelineError,
  lockKey,
  lockLocation,
} from "@fenceline/core";
import { countersUnder, createNodes, type TestNodes } from "./nodes.js";
import { ownEtcd, suiteEtcd } from "./suite-etcd.js";
import { createToozGateway, type ToozGateway } from "./support/tooz-gateway.js";

const both = ["cinder", "etcd"] as const;

describe("Cinder's wire format on a real etcd", () => {
  let nodes: TestNodes;
  let tooz: ToozGateway;
  /** Cinder's keys are in no namespace. */
  let volume: string;
  beforeEach(async function () {
    nodes = await createNodes(this.currentTest?.title ?? "");
    tooz = createToozGateway((await suiteEtcd()).endpoints[0] as string);
    volume = nodes.unique("volume");
  });
  afterEach(() => nodes[Symbol.asyncDispose]());

  for (const wire of ["cinder", both] as const) {
    it(`excludes tooz's own requests, and is excluded by them, with wire ${JSON.stringify(wire)}`, async () => {
      const a = await nodes.connect("a", { wire });
      const ours = await a.acquire(volume);
      assert.equal(await tooz.tryAcquire(volume), undefined);
      await ours.release();

      const theirs = await tooz.tryAcquire(volume);
      assert.ok(theirs);
      assert.equal(await a.tryAcquire(volume), undefined);
      await assert.rejects(
        a.acquire(volume, { timeoutMs: 100 }),
        /a Cinder node \(tooz\), \/tooz\/lockscinder-/,
      );
      assert.equal(await tooz.release(volume, theirs), true);
      const next = await a.acquire(volume, { timeoutMs: 2_000 });
      assert.ok(next.token > ours.token);
      assert.equal(await tooz.release(volume, theirs), false, "a late release of tooz frees nothing of ours");
      next.assertHeld();
      await next.guardedTxn((txn) => txn.put(`${nodes.namespace}/guarded`).value("mine"));
      await next.release();
      assert.ok(await tooz.tryAcquire(volume));
    });
  }

  it("writes 16 bytes with the session's lease, and leaves neither key nor lease behind", async () => {
    const a = await nodes.connect("a", { wire: "cinder" });
    const { toozKey, ownerKey } = lockLocation(volume, { namespace: nodes.namespace, wire: "cinder" });
    const values = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      await a.withLock(volume, async () => {
        const kv = await nodes.readRaw(toozKey as string);
        assert.equal(kv?.value.length, 16);
        assert.equal(
          BigInt(kv.lease),
          a.sessionState.status === "active" ? a.sessionState.leaseId : undefined,
        );
        values.add(kv.value.toString("hex"));
        assert.match((await nodes.read(ownerKey as string)) ?? "", /"node":"a"/);
      });
      assert.equal(await nodes.read(toozKey as string), null);
      assert.equal(await nodes.read(ownerKey as string), null);
    }
    assert.equal(values.size, 3);
  });

  it("waits by watch: a long wait costs two calls, and its end two more with the release", async () => {
    const policy = createCallPolicy();
    let calls = 0;
    const counting: typeof policy = {
      ...policy,
      execute: (work, signal) => {
        calls += 1;
        return policy.execute(work, signal);
      },
    };
    const etcd = await suiteEtcd();
    const hosts = etcd.endpoints;
    const a = await nodes.connect("a", {
      wire: "cinder",
      ttlMs: 60_000,
      etcd: { hosts, callPolicy: counting },
    });
    const theirs = await tooz.tryAcquire(volume);
    assert.ok(theirs);
    const before = calls;
    const waiting = a.acquire(volume, { timeoutMs: 10_000 });
    waiting.catch(() => {});
    while (calls - before < 2) await sleep(10);
    await sleep(2_500);
    assert.equal(calls - before, 2, "one try, and one look after the watch was set");
    await tooz.release(volume, theirs);
    await (await waiting).release();
    assert.equal(calls - before, 4);
  });

  for (const wire of ["cinder", "etcd"] as const) {
    it(`keeps members with wire "${wire}" and members with both apart, with growing tokens`, async () => {
      const wires = [wire, wire, both, both] as const;
      const coordinators: Coordinator[] = [];
      for (const [i, each] of wires.entries()) {
        coordinators.push(await nodes.connect(`n${i}`, { wire: each, handOver: { maxTurns: 2 } }));
      }
      const names = ["k1", "k2", "k3"].map((name) => nodes.unique(name));
      const counters = countersUnder(names);
      const newest = new Map<string, bigint>();
      await Promise.all(
        coordinators.flatMap((coordinator, n) =>
          Array.from({ length: 12 }, (_, i) => {
            const rotated = [...names.slice((n + i) % 3), ...names.slice(0, (n + i) % 3)];
            const wanted = rotated.slice(0, 1 + (i % 3));
            return coordinator.withLock(wanted, async (lock) => {
              for (const name of wanted) {
                assert.ok(lock.tokenOf(name) > (newest.get(name) ?? 0n), `token of ${name} does not grow`);
                newest.set(name, lock.tokenOf(name));
              }
              await counters.increment(wanted);
            });
          }),
        ),
      );
      counters.assertExact();
      assert.deepEqual(await nodes.queueEntries(), []);
    });
  }

  for (const [wire, most, mostDelayed] of [
    ["cinder", 63, 41],
    [both, 63, 41],
    ["etcd", 64, 42],
  ] as const) {
    it(`takes as many names as it says in one transaction with wire ${JSON.stringify(wire)}`, async () => {
      const [a, b] = [await nodes.connect("a", { wire }), await nodes.connect("b", { wire })];
      for (const [lockDelayMs, count] of [
        [0, most],
        [1_000, mostDelayed],
      ] as const) {
        const keys = Array.from({ length: count + 1 }, (_, i) => ({
          ...lockKey("global", nodes.unique(`many-${i}`)),
          lockDelayMs,
        }));
        const allowed = keys.slice(1);
        const lock = await a.acquire(allowed);
        assert.equal(await b.tryAcquire(allowed), undefined);
        const waiting = b.acquire(allowed);
        await lock.guardedTxn((txn) => txn.put(`${nodes.namespace}/guarded`).value("mine"));
        await lock.release();
        await (await waiting).release();
        const again = await b.tryAcquire(allowed);
        assert.ok(again);
        await again.release();
        await assert.rejects(a.acquire(keys), (error) => FencelineError.is(error, "invalid_argument"));
      }
    });
  }

  it("frees a dead node's lock for tooz when its lease ends", async () => {
    const a = await nodes.connect("a", { wire: "cinder" });
    const lock = await a.acquire(volume);
    await nodes.revokeSessions();
    let theirs: Buffer | undefined;
    while (theirs === undefined) theirs = await tooz.tryAcquire(volume);
    while (lock.held) await sleep(20);
    await lock.release();
    assert.equal(await tooz.release(volume, theirs), true);
  });

  it("says which permission is missing", async () => {
    const auth = { user: "app", password: "secret", prefix: "app/" };
    await using etcd = await ownEtcd({ auth });
    const { user, password } = auth;
    await using coordinator = await connect({
      etcd: { hosts: etcd.endpoints, user, password },
      namespace: "app",
      wire: "cinder",
    });
    for (const ask of [coordinator.acquire, coordinator.tryAcquire]) {
      await assert.rejects(ask("volume"), (error: Error) => {
        assert.ok(FencelineError.is(error, "etcd_auth"));
        assert.match(
          error.message,
          /readwrite on the prefix "app\/" and, for wire "cinder", on the prefix "\/tooz\/locks"/,
        );
        return true;
      });
    }
  });
});
