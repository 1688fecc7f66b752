import { type PowermaxDriver, powermax } from "@fenceline/adapter-dell-emc-powermax";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

/** A call whose first argument is `names`: it takes `locks`, and lacks each name once. */
const call = (names: Readonly<Record<string, unknown>>, ...locks: string[]) => ({
  args: [names],
  locks: locks.map((name) => `global:${name}`),
  elsewhere: { args: [Object.fromEntries(Object.keys(names).map((name) => [name, "other"]))] },
  incomplete: Object.keys(names).map((name) => ({ args: [{ ...names, [name]: "" }] })),
});

const serialNumber = "000197800123";
const volume = call({ id: "v1" }, "powermax-v1");
const storageGroup = call(
  { storageGroupName: "OS-h1-SRP_1-pg", serialNumber },
  "emc-sg-OS-h1-SRP_1-pg-000197800123",
);
const snapshot = call({ sourceDeviceId: "00C2D" }, "emc-snapvx-00C2D");
const rdfPair = call({ rdfGroup: 42 }, "emc-rg-42");
const rdfGroup = call({ rdfGroup: 42 }, "emc-42-rdf");

const calls = {
  initializeConnection: volume,
  terminateConnection: volume,
  removeAndResetMembers: call({ deviceId: "00A1B" }, "emc-vol-00A1B"),
  setupMaskingView: call(
    { maskingViewName: "OS-h1-F-pg-MV", serialNumber },
    "emc-mv-OS-h1-F-pg-MV-000197800123",
  ),
  removeVolumeFromMaskedGroup: call(
    {
      maskingViewName: "OS-h1-F-pg-MV",
      serialNumber,
      parentName: "OS-h1-F-pg-SG",
      storageGroupName: "OS-h1-SRP_1-pg",
    },
    "emc-mv-OS-h1-F-pg-MV-000197800123",
    "emc-mv-OS-h1-F-pg-SG-000197800123",
    "emc-sg-OS-h1-SRP_1-pg-000197800123",
  ),
  createStorageGroup: storageGroup,
  createVolumeFromGroup: storageGroup,
  addVolumeToStorageGroup: storageGroup,
  addVolumesToStorageGroup: storageGroup,
  removeVolumesFromStorageGroup: storageGroup,
  removeVolumeFromGroup: storageGroup,
  moveVolumeToDefaultGroup: storageGroup,
  addChildToParentGroup: call(
    { childName: "OS-h1-child", serialNumber, parentName: "OS-h1-F-pg-SG" },
    "emc-sg-OS-h1-child-000197800123",
    "emc-sg-OS-h1-F-pg-SG-000197800123",
  ),
  moveVolumeBetweenGroups: call(
    { sourceName: "OS-SRP_1-default-SG", serialNumber, targetName: "OS-h1-target" },
    "emc-sg-OS-SRP_1-default-SG-000197800123",
    "emc-sg-OS-h1-target-000197800123",
  ),
  deleteInitiatorGroup: call(
    { initiatorGroupName: "OS-h1-F-IG", serialNumber },
    "emc-ig-OS-h1-F-IG-000197800123",
  ),
  unlinkAndDeleteSnapshots: call({ sourceDeviceId: "00C2D" }, "emc-source-00C2D"),
  createSnapshot: snapshot,
  linkSnapshot: snapshot,
  unlinkSnapshot: snapshot,
  deleteSnapshot: snapshot,
  extendReplicatedVolume: rdfPair,
  breakRdfRelationship: rdfPair,
  extendLegacyReplicatedVolume: rdfGroup,
  cleanupRdfDevicePair: rdfGroup,
  cleanupRemoteTarget: rdfGroup,
  createReplicatedVolume: call(
    { storageGroupName: "OS-h1-SRP_1-pg", serialNumber },
    "emc-rdf-vol-OS-h1-SRP_1-pg-000197800123",
  ),
  createPlainVolume: call(
    { storageGroupName: "OS-h1-SRP_1-pg", serialNumber },
    "emc-nonrdf-vol-OS-h1-SRP_1-pg-000197800123",
  ),
};

const nested = [
  {
    outer: "setupMaskingView",
    inner: "moveVolumeBetweenGroups",
    requests: [calls.setupMaskingView.locks, calls.moveVolumeBetweenGroups.locks],
  },
  // The masked group is the default group itself: Cinder waited for itself here.
  {
    outer: "removeVolumeFromMaskedGroup",
    inner: "moveVolumeToDefaultGroup",
    requests: [calls.removeVolumeFromMaskedGroup.locks],
  },
] as const;

describe("adapter dell-emc-powermax", () => {
  for (const { name, run } of adapterContract<PowermaxDriver>(powermax, { calls, nested })) it(name, run);
});

export async function example(array: PowermaxDriver, volume: { id: string }): Promise<void> {
  await using coordinator = await connect("etcd://10.0.0.1:2379");
  const driver = powermax.guard(coordinator, array);
  await driver.initializeConnection(volume, { host: "compute-1" });
}
