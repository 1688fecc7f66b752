import { type Hpe3parDriver, hpe3par, type Volume } from "@fenceline/adapter-hpe-3par";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

const of = (volume: unknown) => ({ args: [volume, { host: "compute-1" }] });
const call = {
  ...of({ id: "5e1f7a30" }),
  locks: ["global:3par-5e1f7a30"],
  elsewhere: of({ id: "b0a7c2d4" }),
  incomplete: [of(undefined)],
};

const calls = {
  initializeConnection: call,
  terminateConnection: call,
};

describe("adapter hpe-3par", () => {
  for (const { name, run } of adapterContract<Hpe3parDriver>(hpe3par, { calls })) it(name, run);
});

export async function example(array: Hpe3parDriver, volume: Volume, connector: unknown): Promise<void> {
  await using coordinator = await connect("etcd://10.0.0.1:2379");
  const driver = hpe3par.guard(coordinator, array);
  await driver.initializeConnection(volume, connector);
}
