import { type SolidFireDriver, solidfire } from "@fenceline/adapter-solidfire";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

const from = (source: unknown) => ({ args: [{ id: "new" }, source] });
const image = (meta: unknown) => ({ args: ["context", { id: "new" }, ["glance://1"], meta, "service"] });

const clone = {
  ...from({ id: "5e1f7a30" }),
  locks: ["process:solidfire-5e1f7a30"],
  elsewhere: from({ id: "b0a7c2d4" }),
  incomplete: [from(undefined)],
};

const calls = {
  cloneImage: {
    ...image({ id: "9c4d1b22" }),
    locks: ["process:solidfire-9c4d1b22"],
    elsewhere: image({ id: "1a2b3c4d" }),
    incomplete: [image({})],
  },
  createClonedVolume: clone,
  createVolumeFromSnapshot: clone,
};

describe("adapter solidfire", () => {
  for (const { name, run } of adapterContract<SolidFireDriver>(solidfire, { calls })) it(name, run);
});

export async function example(
  array: SolidFireDriver,
  volume: unknown,
  source: { id: string },
): Promise<void> {
  await using coordinator = await connect({ etcd: false });
  const driver = solidfire.guard(coordinator, array);
  await driver.createClonedVolume(volume, source);
}
