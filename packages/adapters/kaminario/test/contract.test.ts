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

const to = (address: unknown) => ({ args: [address, "GET", "system/state"] });
const request = {
  ...to("10.0.0.20"),
  locks: ["process:kaminario-request-10.0.0.20"],
  elsewhere: to("10.0.0.21"),
  incomplete: [to(undefined)],
};

const calls = {
  initializeConnection: call,
  terminateConnection: call,
  request,
};

const nested = [
  { outer: "initializeConnection", inner: "request", requests: [call.locks, request.locks] },
  { outer: "terminateConnection", inner: "request", requests: [call.locks, request.locks] },
] as const;

describe("adapter kaminario", () => {
  for (const { name, run } of adapterContract<KaminarioDriver>(kaminario, { calls, nested })) it(name, run);
});

export async function example(array: KaminarioDriver, volume: unknown, connector: unknown): Promise<void> {
  await using coordinator = await connect("etcd://10.0.0.1:2379");
  const driver = kaminario.guard(coordinator, array);
  await driver.initializeConnection(volume, connector);
}
