import { type NvmetDriver, nvmet } from "@fenceline/adapter-nvmet";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

const call = { args: ["volume-1"], locks: ["node:nvmetcli"] };

const calls = { createNvmeofTarget: call, deleteNvmeofTarget: call };

describe("adapter nvmet", () => {
  for (const { name, run } of adapterContract<NvmetDriver>(nvmet, { calls })) it(name, run);
});

export async function example(target: NvmetDriver, volumeId: string): Promise<void> {
  await using coordinator = await connect({ etcd: false });
  const driver = nvmet.guard(coordinator, target);
  await driver.createNvmeofTarget(volumeId);
}
