import { type Connector, type HuaweiDriver, huawei } from "@fenceline/adapter-huawei";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

const by = (connector: unknown) => ({ args: [{ id: "v1" }, connector] });
const mapping = {
  ...by({ host: "compute-1" }),
  locks: ["global:huawei-mapping-compute-1"],
  elsewhere: by({ host: "compute-2" }),
  incomplete: [by(null)],
};
const request = { args: ["/lun", undefined, "GET"], locks: ["process:huawei_cinder_call"] };
const qos = { args: ["qos-7", "lun-9"], locks: ["node:huawei_qos"] };

const calls = {
  initializeConnection: mapping,
  terminateConnection: mapping,
  restCall: request,
  addQos: qos,
  removeQos: qos,
};

const nested = [
  { outer: "initializeConnection", inner: "restCall", requests: [mapping.locks, request.locks] },
  { outer: "removeQos", inner: "restCall", requests: [qos.locks, request.locks] },
  // Cinder waits for itself for ever here.
  { outer: "addQos", inner: "removeQos", requests: [qos.locks] },
] as const;

const perArray = { naming: { per: "array" }, attributes: { array: "2102350BSB10" } } as const;
const named = [
  { ...perArray, method: "initializeConnection", locks: ["global:huawei-mapping-compute-1-2102350BSB10"] },
  { ...perArray, method: "addQos", locks: ["node:huawei_qos-2102350BSB10"] },
] as const;

describe("adapter huawei", () => {
  for (const { name, run } of adapterContract<HuaweiDriver>(huawei, { calls, nested, named })) it(name, run);
});

export async function example(array: HuaweiDriver, volume: unknown, connector: Connector): Promise<void> {
  await using coordinator = await connect("etcd://10.0.0.1:2379");
  const driver = huawei.guard(coordinator, array);
  await driver.initializeConnection(volume, connector);
}
