import { type FlashSystemDriver, flashsystem } from "@fenceline/adapter-ibm-flashsystem";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

const initialization = ["node:flashsystem-init-conn"];
const termination = ["node:flashsystem-term-conn"];
const map = ["node:flashsystem-map"];
const unmap = ["node:flashsystem-unmap"];

const connection = { args: [{ id: "v1", name: "volume-1" }, { host: "compute-1" }] };
const mapping = { args: ["volume-1", { host: "compute-1" }] };

const calls = {
  initializeConnection: { ...connection, locks: initialization },
  terminateConnection: { ...connection, locks: termination },
  mapVdiskToHost: { ...mapping, locks: map },
  unmapVdiskFromHost: { ...mapping, locks: unmap },
};

const nested = [
  { outer: "initializeConnection", inner: "mapVdiskToHost", requests: [initialization, map] },
  { outer: "terminateConnection", inner: "unmapVdiskFromHost", requests: [termination, unmap] },
  // After an error an attach undoes what it did.
  { outer: "initializeConnection", inner: "terminateConnection", requests: [initialization, termination] },
] as const;

describe("adapter ibm-flashsystem", () => {
  for (const { name, run } of adapterContract<FlashSystemDriver>(flashsystem, { calls, nested }))
    it(name, run);
});

export async function example(array: FlashSystemDriver, volume: unknown, connector: unknown): Promise<void> {
  await using coordinator = await connect({ etcd: false });
  const driver = flashsystem.guard(coordinator, array);
  await driver.initializeConnection(volume, connector);
}
