import { type Connector, type InStorageDriver, instorage } from "@fenceline/adapter-inspur-instorage";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

const to = (connector: unknown) => ({ args: [{ id: "v1" }, connector] });

const call = {
  ...to({ host: "compute-1" }),
  attributes: { systemId: "000002006BE08A26" },
  locks: ["global:instorage-host000002006BE08A26compute-1"],
  elsewhere: to({ host: "compute-2" }),
  incomplete: [to(undefined), { attributes: { systemId: undefined } }],
};

const calls = {
  initializeConnection: { ...call, elsewhere: { attributes: { systemId: "000002006BE08A27" } } },
  // Cinder would lock the empty host here, which is nobody's.
  terminateConnection: { ...call, incomplete: [to({ host: "" }), { attributes: { systemId: "" } }] },
};

// After an error an attach undoes what it did.
const nested = [
  { outer: "initializeConnection", inner: "terminateConnection", requests: [call.locks] },
] as const;

describe("adapter inspur-instorage", () => {
  for (const { name, run } of adapterContract<InStorageDriver>(instorage, { calls, nested })) it(name, run);
});

export async function example(array: InStorageDriver, volume: unknown, connector: Connector): Promise<void> {
  await using coordinator = await connect("etcd://10.0.0.1:2379");
  const driver = instorage.guard(coordinator, array);
  await driver.initializeConnection(volume, connector);
}
