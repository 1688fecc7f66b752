import assert from "node:assert/strict";
import type { Coordinator } from "@fenceline/core";
import { createNodes, type TestNodes } from "./nodes.js";
import { suiteEtcd } from "./suite-etcd.js";

/** What etcd itself has counted. */
interface Counted {
  readonly transactions: number;
  readonly watchRequests: number;
  readonly leases: number;
}

/** What locks cost etcd, in calls: nothing here looks at a clock. */
describe("the calls of etcd", () => {
  let nodes: TestNodes;
  let a: Coordinator;
  beforeEach(async function () {
    const { hostname } = new URL((await suiteEtcd()).endpoints[0] as string);
    if (hostname !== "127.0.0.1" && hostname !== "localhost") {
      console.log("- skipped: calls are counted by an etcd that nobody else uses");
      this.skip();
    }
    nodes = await createNodes(this.currentTest?.title ?? "");
    // No renewal is due during a test.
    a = await nodes.connect("a", { ttlMs: 120_000 });
    await a.withLock("warm up", () => {});
  });
  afterEach(async () => nodes?.[Symbol.asyncDispose]());

  const count = async (): Promise<Counted> => {
    const counted = { transactions: 0, watchRequests: 0, leases: 0 };
    for (const endpoint of (await suiteEtcd()).endpoints) {
      const metrics = await (await fetch(`${endpoint}/metrics`)).text();
      const sum = (pattern: RegExp): number =>
        [...metrics.matchAll(pattern)].reduce((total, [, value]) => total + Number(value), 0);
      counted.transactions += sum(/^grpc_server_handled_total\{.*grpc_method="Txn".*\} (\S+)$/gm);
      counted.watchRequests += sum(/^grpc_server_msg_received_total\{.*grpc_method="Watch".*\} (\S+)$/gm);
      counted.leases += sum(/^grpc_server_handled_total\{.*grpc_method="LeaseGrant".*\} (\S+)$/gm);
    }
    return counted;
  };
  const costOf = async (work: () => Promise<unknown>): Promise<Counted> => {
    const before = await count();
    await work();
    const after = await count();
    return {
      transactions: after.transactions - before.transactions,
      watchRequests: after.watchRequests - before.watchRequests,
      leases: after.leases - before.leases,
    };
  };
  const times = <T>(length: number, each: (i: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length }, (_, i) => each(i)));

  it("are two for a free lock, and none of them a lease or a watch", async () => {
    const cost = await costOf(() => a.withLock("volume", () => {}));
    assert.deepEqual(cost, { transactions: 2, watchRequests: 0, leases: 0 });
  });

  it("are two for 64 locks that are taken together", async () => {
    const names = Array.from({ length: 64 }, (_, i) => `volume-${i}`);
    const cost = await costOf(() => a.withLock(names, () => {}));
    assert.deepEqual(cost, { transactions: 2, watchRequests: 0, leases: 0 });
  });

  it("are one for a try that fails, which writes nothing", async () => {
    const b = await nodes.connect("b", { ttlMs: 120_000 });
    await using _held = await a.acquire("volume");
    const before = await nodes.revision();
    const cost = await costOf(() => b.tryAcquire("volume"));
    assert.deepEqual(cost, { transactions: 1, watchRequests: 0, leases: 0 });
    assert.equal(await nodes.revision(), before);
  });

  it("are shared by locks that are asked for at the same time", async () => {
    const cost = await costOf(() => times(240, (i) => a.withLock(`volume-${i}`, () => {})));
    assert.ok(cost.transactions <= 24, `${cost.transactions} transactions for 240 locks and their releases`);
    assert.deepEqual([cost.watchRequests, cost.leases], [0, 0]);
  });

  it("are those of one holder where many callers of a process want one lock", async () => {
    const cost = await costOf(() => times(500, () => a.withLock("volume", () => {})));
    // A holder goes to etcd when its time is up, 50 ms after the first.
    assert.ok(cost.transactions <= 100, `${cost.transactions} transactions for 500 holders`);
  });

  it("are three for a lock that goes round between processes, and its watches stay", async () => {
    const ring = [
      a,
      await nodes.connect("b", { ttlMs: 120_000 }),
      await nodes.connect("c", { ttlMs: 120_000 }),
    ];
    const turns = (rounds: number) =>
      Promise.all(
        ring.map(async (node) => {
          for (let i = 0; i < rounds; i += 1) {
            await node.withLock("volume", () => new Promise((resolve) => setTimeout(resolve, 5)));
          }
        }),
      );
    await turns(5);
    const cost = await costOf(() => turns(20));
    // Its entry, one look when the one before has gone, and its release; and some when the ring begins and ends.
    assert.ok(cost.transactions <= 3 * 60 + 12, `${cost.transactions} transactions for 60 locks`);
    assert.ok(cost.watchRequests <= 12, `${cost.watchRequests} requests to watch for 60 waits`);
    assert.equal(cost.leases, 0);
  });
});
