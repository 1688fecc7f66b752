import assert from "node:assert/strict";
import { createNodes, type TestNodes } from "../nodes.js";
import { suiteEtcd } from "../suite-etcd.js";
import { startHolder } from "./holder.js";
import { EXPIRY_LAG_MS, ROUNDS, TTL_MS, timed } from "./timing.js";

describe("a holder that dies", () => {
  let nodes: TestNodes;
  beforeEach(async function () {
    nodes = await createNodes(this.currentTest?.title ?? "");
  });
  afterEach(() => nodes[Symbol.asyncDispose]());

  it("A1 frees its lock within TTL + 0.6 s when it is killed, for who waits already", async () => {
    const { endpoints } = await suiteEtcd();
    const options = { etcd: { hosts: endpoints }, namespace: nodes.namespace, ttlMs: TTL_MS };
    const waiter = await nodes.connect("waiter", { ttlMs: TTL_MS });
    const lateness = await Promise.all(
      Array.from({ length: ROUNDS }, async (_, i) => {
        const holder = await startHolder(options, `volume-${i}`, "hold");
        const waiting = waiter.acquire(`volume-${i}`, { timeoutMs: 10_000 });
        await nodes.untilQueued(`volume-${i}`, 2);
        holder.signal("SIGKILL");
        const { ms, result: lock } = await timed(waiting);
        assert.ok(lock.token > holder.token);
        return ms - TTL_MS;
      }),
    );
    assert.ok(Math.max(...lateness) <= EXPIRY_LAG_MS, `TTL + ${lateness.map(Math.round).join(", ")} ms`);
  });
});
