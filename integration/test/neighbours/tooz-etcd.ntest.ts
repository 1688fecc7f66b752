import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { cinder } from "@fenceline/adapter-cinder";
import { connect } from "@fenceline/core";
import type { Etcd3 } from "etcd3";
import { suiteEtcd } from "../suite-etcd.js";
import { openClient } from "../support/etcd-client.js";
import { startPython } from "./processes.js";
import { needsEtcd, needsPython } from "./requirements.js";
import { type Neighbour, sharesLocks } from "./shared-locks.js";

for (const kind of ["tooz", "cinder"] as const) {
  describe(`with ${kind === "tooz" ? "tooz" : "Cinder's decorator"} on etcd`, () => {
    before(needsEtcd);
    before(needsPython("python3-tooz and python3-etcd3gw", "tooz", "etcd3gw"));
    if (kind === "cinder") before(needsPython("python3-cinder", "cinder.coordination"));

    let endpoint: string;
    let client: Etcd3 & Disposable;
    before(async () => {
      const etcd = await suiteEtcd();
      endpoint = etcd.endpoints[0] as string;
      client = openClient(etcd);
    });
    after(() => client?.close());

    const namespace = `test/${kind}-${randomUUID().slice(0, 8)}`;
    const neighbour: Neighbour = {
      start(ids, task) {
        // tooz knows nothing of Cinder's names, nor of an order; Cinder renders its own template, and sorts.
        const names = kind === "tooz" ? ids.map((id) => `cinder-${id}-delete_volume`) : [...ids].reverse();
        // A short lease, so that a killed process is not waited for.
        return startPython(kind, `etcd3+${endpoint}?api_version=v3&lock_timeout=6`, names, task);
      },
      startUnlocked: (task) => startPython("unlocked", "", [], task),
      options: () => ({ etcd: { hosts: [endpoint] }, namespace, wire: "cinder", ttlMs: 5_000 }),
      key: (volumeId) => cinder.volumeDeletion({ volumeId }),
      retryMs: 1_000,
    };
    sharesLocks(neighbour);

    it("stands in etcd under the neighbour's own key, and leaves nothing", async () => {
      const id = randomUUID();
      const key = `/tooz/lockscinder-${id}-delete_volume`;
      const leases = async () => (await client.leaseClient.leaseLeases()).leases.map(({ ID }) => ID);
      const before = await leases();
      const coordinator = await connect({ ...neighbour.options(), namespace: `${namespace}-clean` });
      for (let i = 0; i < 10; i += 1) {
        const lock = await coordinator.acquire(neighbour.key(id));
        const [kv] = (await client.get(key).exec()).kvs;
        assert.equal(kv?.value.length, 16);
        await lock.release();
        assert.equal(await client.get(key).string(), null);
      }
      const added = (await leases()).filter((lease) => !before.includes(lease));
      assert.equal(added.length, 1, "only the session's");
      await coordinator.close();
      assert.deepEqual(
        (await leases()).filter((lease) => added.includes(lease)),
        [],
      );
      assert.deepEqual(await client.getAll().prefix(`${namespace}-clean/`).keys(), []);
    });
  });
}
