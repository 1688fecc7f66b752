import { type HgstDriver, hgst } from "@fenceline/adapter-hgst";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

const calls = {
  createVolume: { args: [{ id: "v1" }], locks: ["process:devices"] },
};

describe("adapter hgst", () => {
  for (const { name, run } of adapterContract<HgstDriver>(hgst, { calls })) it(name, run);
});

export async function example(suite: HgstDriver, volume: unknown): Promise<void> {
  await using coordinator = await connect({ etcd: false });
  const driver = hgst.guard(coordinator, suite);
  await driver.createVolume(volume);
}
