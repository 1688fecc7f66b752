import { type Connector, type Ds8kDriver, ds8k } from "@fenceline/adapter-ibm-ds8k";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

const to = (connector: unknown) => ({ args: [{ id: "v1" }, connector] });

const connection = {
  ...to({ host: "compute-1" }),
  locks: ["global:ibm-ds8k-compute-1"],
  elsewhere: to({ host: "compute-2" }),
  incomplete: [to(undefined)],
};
const consistencyGroup = {
  args: [{ id: "group-1" }],
  locks: ["global:[IBM DS8K STORAGE]:-consistency-group"],
};
const replication = { args: [{ id: "v1" }], locks: ["global:ibm-ds8k-replication"] };

const calls = {
  initializeConnection: connection,
  terminateConnection: { ...connection, incomplete: [to({ host: "" })] },
  findPoolLssPairForCg: consistencyGroup,
  deleteGroupWithLock: consistencyGroup,
  deleteGroupSnapshotWithLock: consistencyGroup,
  removeVolumesFromConsisgroup: consistencyGroup,
  doFlashcopyWithFreeze: consistencyGroup,
  createReplica: replication,
};

const nested = [
  {
    outer: "removeVolumesFromConsisgroup",
    inner: "createReplica",
    requests: [consistencyGroup.locks, replication.locks],
  },
] as const;

const perArray = { naming: { per: "array" }, attributes: { array: "75ABCD1" } } as const;
const named = [
  { ...perArray, method: "terminateConnection", locks: ["global:ibm-ds8k-compute-1-75ABCD1"] },
  {
    ...perArray,
    method: "doFlashcopyWithFreeze",
    locks: ["global:[IBM DS8K STORAGE]:-consistency-group-75ABCD1"],
  },
  // A replica changes two arrays, so that its lock is all arrays' here too.
  { ...perArray, method: "createReplica", locks: replication.locks },
] as const;

describe("adapter ibm-ds8k", () => {
  for (const { name, run } of adapterContract<Ds8kDriver>(ds8k, { calls, nested, named })) it(name, run);
});

export async function example(array: Ds8kDriver, volume: unknown, connector: Connector): Promise<void> {
  await using coordinator = await connect("etcd://10.0.0.1:2379");
  const driver = ds8k.guard(coordinator, array);
  await driver.initializeConnection(volume, connector);
}
