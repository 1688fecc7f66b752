import assert from "node:assert/strict";
import { ibmXiv } from "@fenceline/adapter-ibm-xiv";
import { connect, lockKey } from "@fenceline/core";

describe("adapter ibm-xiv", () => {
  it("defines no lock and guards nothing, as Cinder's driver has none", () => {
    assert.deepEqual(ibmXiv.definitions, {});
    assert.deepEqual(Object.keys(ibmXiv), ["definitions", "withoutLock"]);
  });

  it("names the file that is listed without holding a lock, and says why", () => {
    const [xivProxy, ...others] = ibmXiv.withoutLock;
    assert.deepEqual(others, []);
    assert.equal(xivProxy?.file, "cinder/volume/drivers/ibm/ibm_storage/xiv_proxy.py");
    assert.match(xivProxy.reason, /SYNCHED_STATES/);
  });
});

export async function example(serial: string, host: string, attach: () => Promise<void>): Promise<void> {
  await using coordinator = await connect("etcd://10.0.0.1:2379");
  await coordinator.withLock(lockKey("global", `acme-xiv-${serial}-${host}`), attach);
}
