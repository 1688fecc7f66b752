import assert from "node:assert/strict";
import { createNodes, type TestNodes } from "../nodes.js";
import { suiteEtcd } from "../suite-etcd.js";
import { AT_ONCE_MS, EXPIRY_LAG_MS, TTL_MS, timed } from "./processes/timing.js";
import { startWaiter } from "./processes/waiter.js";

describe("waiters that are killed", () => {
  let nodes: TestNodes;
  beforeEach(async function () {
    nodes = await createNodes(this.currentTest?.title ?? "");
  });
  afterEach(() => nodes[Symbol.asyncDispose]());

  /**
   * Puts waiters into the queue behind a holder, kills those that are doomed, and releases. Returns who was granted
   * the lock, in their order, and how long all took from the release.
   */
  const killInQueue = async (queue: readonly ("doomed" | string)[]) => {
    const { endpoints } = await suiteEtcd();
    const options = { etcd: { hosts: endpoints }, namespace: nodes.namespace, ttlMs: TTL_MS };
    const held = await (await nodes.connect("holder")).acquire("volume");
    const order: string[] = [];
    const doomed = [];
    const waiting: Promise<void>[] = [];
    for (const [place, who] of queue.entries()) {
      if (who === "doomed") {
        const child = await startWaiter(options, "volume");
        child.goOn();
        doomed.push(child);
      } else {
        const node = await nodes.connect(who, { ttlMs: TTL_MS });
        waiting.push(node.withLock("volume", () => void order.push(who)));
      }
      await nodes.untilQueued("volume", place + 2);
    }
    for (const child of doomed) child.signal("SIGKILL");
    await held.release();
    const { ms } = await timed(Promise.all(waiting));
    assert.deepEqual(
      order,
      queue.filter((who) => who !== "doomed"),
    );
    return ms;
  };

  it("B1 do not hold up those who stand before them", async () => {
    const ms = await killInQueue(["first", "second", "doomed", "doomed"]);
    assert.ok(ms <= AT_ONCE_MS, `${ms} ms`);
  });

  it("B1 hold up those behind them until their lease ends, wherever they stood, and no order changes", async () => {
    const ms = await killInQueue(["doomed", "first", "doomed", "doomed", "second", "third", "doomed"]);
    assert.ok(ms > TTL_MS / 3, `${ms} ms: the first one's lease cannot have ended yet`);
    assert.ok(ms <= TTL_MS + EXPIRY_LAG_MS, `${ms} ms`);
    await nodes.untilQueued("volume", 0);
  });
});
