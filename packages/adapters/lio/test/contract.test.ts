import { type LioDriver, lio } from "@fenceline/adapter-lio";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

const calls = {
  execute: { args: ["create", "/dev/volumes/v1", "iqn.2010-10.org.openstack:v1"], locks: ["node:lioadm"] },
};

describe("adapter lio", () => {
  for (const { name, run } of adapterContract<LioDriver>(lio, { calls })) it(name, run);
});

export async function example(target: LioDriver): Promise<void> {
  await using coordinator = await connect({ etcd: false });
  const driver = lio.guard(coordinator, target);
  await driver.execute("get-targets");
}
