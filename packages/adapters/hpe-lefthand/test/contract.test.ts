import { type Connector, type LefthandDriver, lefthand } from "@fenceline/adapter-hpe-lefthand";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

const by = (connector: unknown) => ({ args: [connector, "client"] });

const calls = {
  createServer: {
    ...by({ host: "compute-1" }),
    locks: ["global:VSA-compute-1"],
    elsewhere: by({ host: "compute-2" }),
    incomplete: [by(undefined)],
  },
};

const perArray = { naming: { per: "array" }, attributes: { array: "mg-7" } } as const;
const named = [{ ...perArray, method: "createServer", locks: ["global:VSA-compute-1-mg-7"] }] as const;

describe("adapter hpe-lefthand", () => {
  for (const { name, run } of adapterContract<LefthandDriver>(lefthand, { calls, named })) it(name, run);
});

export async function example(array: LefthandDriver, connector: Connector, client: unknown): Promise<void> {
  await using coordinator = await connect("etcd://10.0.0.1:2379");
  const driver = lefthand.guard(coordinator, array);
  await driver.createServer(connector, client);
}
