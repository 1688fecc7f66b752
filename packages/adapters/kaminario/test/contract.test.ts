import { type KaminarioDriver, kaminario } from "@fenceline/adapter-kaminario";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

const call = {
  attributes: { sanIp: "10.0.0.20" },
  args: [{ id: "v1" }, { host: "compute-1" }],
  locks: ["global:Kaminario-10.0.0.20"],
  elsewhere: { attributes: { sanIp: "10.0.0.21" } },
  incomplete: [{ attributes: { sanIp: "" } }],
};

const calls = {
  initializeConnection: call,
  terminateConnection: call,
};

describe("adapter kaminario", () => {
  for (const { name, run } of adapterContract<KaminarioDriver>(kaminario, { calls })) it(name, run);
});

export async function example(array: KaminarioDriver, volume: unknown, connector: unknown): Promise<void> {
  await using coordinator = await connect("etcd://10.0.0.1:2379");
  const driver = kaminario.guard(coordinator, array);
  await driver.initializeConnection(volume, connector);
}
