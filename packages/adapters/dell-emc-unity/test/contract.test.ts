import { type UnityDriver, unity } from "@fenceline/adapter-dell-emc-unity";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

const withoutRemoval = { attributes: { removeEmptyHost: false } };
const call = {
  attributes: { sanIp: "10.0.0.30", removeEmptyHost: true },
  args: ["compute-1"],
  locks: ["global:10.0.0.30-compute-1"],
  elsewhere: { args: ["compute-2"] },
  incomplete: [{ attributes: { sanIp: undefined } }, { args: [undefined] }],
};
const calls = {
  createHost: call,
  createHostAndAttach: { ...call, unlocked: withoutRemoval },
  detachAndDeleteHost: { ...call, unlocked: withoutRemoval },
};

const attach = { outer: "createHostAndAttach", inner: "createHost", requests: [call.locks] } as const;
const nested = [attach, { ...attach, ...withoutRemoval }];

describe("adapter dell-emc-unity", () => {
  for (const { name, run } of adapterContract<UnityDriver>(unity, { calls, nested })) it(name, run);
});

export async function example(array: UnityDriver, volume: unknown): Promise<void> {
  await using coordinator = await connect("etcd://10.0.0.1:2379");
  const driver = unity.guard(coordinator, array);
  await driver.createHostAndAttach("compute-1", volume);
}
