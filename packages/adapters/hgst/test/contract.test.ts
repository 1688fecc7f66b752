import assert from "node:assert/strict";
import { type HgstDriver, hgst } from "@fenceline/adapter-hgst";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

const calls = {
  createVolume: { args: [{ id: "v1" }], locks: ["process:devices"] },
};

const named = [
  {
    method: "createVolume",
    naming: { per: "array" },
    attributes: { array: "vgc-7" },
    locks: ["process:devices-vgc-7"],
  },
] as const;

describe("adapter hgst", () => {
  for (const { name, run } of adapterContract<HgstDriver>(hgst, { calls, named })) it(name, run);

  it("has a name for all nodes that says whose devices", () => {
    assert.equal(hgst.devices().globalName, "hgst-devices");
  });
});

export async function example(suite: HgstDriver, volume: unknown): Promise<void> {
  await using coordinator = await connect({ etcd: false });
  const driver = hgst.guard(coordinator, suite);
  await driver.createVolume(volume);
}
