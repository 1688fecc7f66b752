import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type Coordinator, type LockKey, lockKey } from "@fenceline/core";
import { startTcpProxy } from "@fenceline/testing";
import { createNodes, type TestNodes } from "../nodes.js";
import { suiteEtcd } from "../suite-etcd.js";
import { EXPIRY_LAG_MS, TTL_MS, timed } from "./processes/timing.js";

const REJECTS_MS = 10;
const ENOUGH = new Error("enough");

describe("an acquire that is aborted", () => {
  let nodes: TestNodes;
  beforeEach(async function () {
    nodes = await createNodes(this.currentTest?.title ?? "");
  });
  afterEach(() => nodes[Symbol.asyncDispose]());

  /** Aborts an acquire; returns after how long it rejected, or `undefined` if it was granted before. */
  const abortAfter = async (by: Coordinator, keys: readonly LockKey[], ms: number) => {
    const abort = new AbortController();
    const acquiring = by.acquire(keys, { signal: abort.signal }).then(
      (lock) => lock,
      (error: unknown) => assert.equal(error, ENOUGH),
    );
    // A tick of microtasks is one of the steps as well.
    if (ms > 0) await sleep(ms);
    abort.abort(ENOUGH);
    const { ms: rejectedMs, result: lock } = await timed(acquiring);
    await lock?.release();
    return lock === undefined ? rejectedMs : undefined;
  };

  it("B2 rejects within 10 ms and leaves nothing, after each millisecond of its way", async () => {
    const [a, b] = [await nodes.connect("a"), await nodes.connect("b")];
    const keys = [
      lockKey("global", "volume"),
      lockKey("node", nodes.unique("volume")),
      lockKey("process", nodes.unique("volume")),
    ];
    const rejected: number[] = [];
    for (let round = 0; round < 60; round += 1) {
      // A free lock in one round, one that is released on the way in the next.
      const held = round % 2 === 0 ? undefined : await b.acquire(keys);
      const [ms] = await Promise.all([
        abortAfter(a, keys, Math.floor(round / 2)),
        sleep(15).then(() => held?.release()),
      ]);
      if (ms !== undefined) rejected.push(ms);
    }
    assert.ok(rejected.length > 10, "aborts have to fall on the way");
    rejected.sort((x, y) => x - y);
    // One of them may have met a busy moment of the machine.
    const late = rejected.at(-2) as number;
    assert.ok(late <= REJECTS_MS, `${late} ms`);
    await nodes.untilQueued("volume", 0);
    for (const node of [a, b]) await (await node.tryAcquire(keys))?.release();
    assert.deepEqual(await nodes.queueEntries(), []);
  });

  it("B2 rejects within 10 ms where etcd does not answer, and its entry goes with its lease", async () => {
    const { endpoints } = await suiteEtcd();
    await using proxy = await startTcpProxy({ target: endpoints[0] ?? "" });
    const cutOff = await nodes.connect("a", { etcd: { hosts: [proxy.endpoint] }, ttlMs: TTL_MS });
    const abort = new AbortController();
    proxy.cut("toClient");
    const waiting = cutOff.acquire("volume", { signal: abort.signal });
    await nodes.untilQueued("volume", 1);
    proxy.cut();
    abort.abort(ENOUGH);
    const { ms } = await timed(assert.rejects(waiting, (error) => error === ENOUGH));
    assert.ok(ms <= REJECTS_MS, `${ms} ms`);
    const gone = await timed(nodes.untilQueued("volume", 0));
    assert.ok(gone.ms <= TTL_MS + EXPIRY_LAG_MS, `${gone.ms} ms`);
  });
});
