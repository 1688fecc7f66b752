import assert from "node:assert/strict";
import { connect, FencelineError, guard, type LockKey, lockKey } from "@fenceline/core";
import { createSimulation } from "./simulation.js";

const policies: LockKey = lockKey("node", "huawei_qos");
const tool: LockKey = { ...lockKey("node", "lioadm"), belongsTo: "host" };
const file: LockKey = { ...lockKey("process", "/mnt/host-a/share/file"), globalName: "share/file" };

describe("minimumScope", () => {
  it("takes locks of a narrower scope in etcd, where other nodes see them", async () => {
    const { node, run, queueEntries } = createSimulation();
    const a = await node("a", { minimumScope: "global" });
    const b = await node("b", { minimumScope: "global" });
    const lock = await run(a.coordinator.acquire([policies, file]));
    assert.deepEqual(
      queueEntries().map((key) => key.split("/")[2]),
      ["huawei_qos", "share%2Ffile"],
    );
    assert.equal(await run(b.coordinator.tryAcquire(policies)), undefined);
    assert.equal(await run(b.coordinator.tryAcquire({ ...file, name: "/mnt/host-b/share/file" })), undefined);
    assert.equal(lock.tokenOf(policies), lock.tokenOf(lockKey("global", "huawei_qos")));
    assert.deepEqual(
      lock.keys.map(({ name, scope }) => `${scope}:${name}`),
      ["global:huawei_qos", "global:share/file"],
    );
  });

  it("leaves what belongs to the host on the host", async () => {
    const { node, run, queueEntries } = createSimulation();
    const a = await node("a", { minimumScope: "global" });
    const lock = await run(a.coordinator.acquire(tool));
    assert.deepEqual(queueEntries(), []);
    await run(lock.release());
  });

  it("takes a lock once that is asked for at two scopes and lifted to one", async () => {
    const { node, run } = createSimulation();
    const a = await node("a", { minimumScope: "global" });
    const lock = await run(a.coordinator.acquire([policies, lockKey("global", "huawei_qos")]));
    assert.equal(lock.keys.length, 1);
  });

  it("does not ask again for a lifted lock that the outer guarded call holds", async () => {
    const { node, run } = createSimulation();
    const { coordinator } = await node("a", { minimumScope: "global" });
    const driver = {
      addQos: async (): Promise<string> => driver.removeQos(),
      removeQos: async (): Promise<string> => "removed",
    };
    guard(coordinator, driver, { addQos: () => policies, removeQos: () => policies });
    assert.equal(await run(driver.addQos()), "removed");
  });

  it("refuses a global minimum without etcd, and what is no scope", async () => {
    for (const minimumScope of ["global", "cluster"] as "global"[]) {
      await assert.rejects(connect({ etcd: false, minimumScope }), (error) =>
        FencelineError.is(error, "invalid_argument"),
      );
    }
  });
});
