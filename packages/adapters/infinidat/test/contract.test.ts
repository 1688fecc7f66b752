import { type InfinidatDriver, infinidat } from "@fenceline/adapter-infinidat";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

const call = {
  attributes: { managementAddress: "10.0.0.9" },
  args: [{ id: "v1" }, { host: "compute-1" }],
  locks: ["global:infinidat-10.0.0.9-lock"],
  elsewhere: { attributes: { managementAddress: "10.0.0.10" } },
  incomplete: [{ attributes: { managementAddress: undefined } }],
};

const calls = {
  initializeConnection: call,
  terminateConnection: call,
};

describe("adapter infinidat", () => {
  for (const { name, run } of adapterContract<InfinidatDriver>(infinidat, { calls })) it(name, run);
});

export async function example(array: InfinidatDriver, volume: unknown, connector: unknown): Promise<void> {
  await using coordinator = await connect("etcd://10.0.0.1:2379");
  const driver = infinidat.guard(coordinator, array);
  await driver.initializeConnection(volume, connector);
}
