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
    { maskingViewName: "OS-h1-F-pg-MV", serialNumber, parentName: "OS-h1-F-pg-SG" },
    "emc-mv-OS-h1-F-pg-MV-000197800123",
    "emc-mv-OS-h1-F-pg-SG-000197800123",
  ),
  createStorageGroup: storageGroup,
  createVolumeFromGroup: storageGroup,
  addVolumeToStorageGroup: storageGroup,
  addVolumesToStorageGroup: storageGroup,
  removeVolumesFromStorageGroup: storageGroup,
  removeVolumeFromGroup: storageGroup,
  moveVolumeToDefaultGroup: call(
    { storageGroupName: "OS-h1-SRP_1-pg", defaultGroupName: "OS-SRP_1-default-SG", serialNumber },
    "emc-sg-OS-h1-SRP_1-pg-000197800123",
    "emc-sg-OS-SRP_1-default-SG-000197800123",
  ),
  addChildToParentGroup: call(
    { childName: "OS-h1-child", serialNumber, parentName: "OS-h1-F-pg-SG" },
    "emc-sg-OS-h1-child-000197800123",
    "emc-sg-OS-h1-F-pg-SG-000197800123",
  ),
  moveVolumeBetweenGroups: call(
    { sourceName: "OS-SRP_1-default-SG", serialNumber, targetName: "OS-h1-SRP_1-pg" },
    "emc-sg-OS-SRP_1-default-SG-000197800123",
    "emc-sg-OS-h1-SRP_1-pg-000197800123",
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
  createRdfDevicePair: rdfPair,
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

const inside = (outer: keyof typeof calls, inner: keyof typeof calls) => ({
  outer,
  inner,
  requests: [calls[outer].locks, calls[inner].locks],
});
// Views first and both groups together then, in either direction: so an attach and a detach cannot wait for each other.
const attach = inside("setupMaskingView", "moveVolumeBetweenGroups");
const detach = inside("removeVolumeFromMaskedGroup", "moveVolumeToDefaultGroup");
const nested = [
  attach,
  detach,
  inside("initializeConnection", "setupMaskingView"),
  inside("terminateConnection", "removeAndResetMembers"),
  inside("removeAndResetMembers", "removeVolumeFromMaskedGroup"),
  inside("removeVolumeFromMaskedGroup", "deleteInitiatorGroup"),
  inside("unlinkAndDeleteSnapshots", "deleteSnapshot"),
  inside("cleanupRemoteTarget", "breakRdfRelationship"),
  // Cinder waits for itself here when the group that is moved to does not exist yet.
  {
    ...inside("moveVolumeBetweenGroups", "createStorageGroup"),
    requests: [calls.moveVolumeBetweenGroups.locks],
  },
];

/** A call under the names of a release, or per array, with whatever they need. */
const as = (
  naming: { readonly release?: string; readonly per?: "array" },
  method: keyof typeof calls,
  names: object,
  ...locks: string[]
) => ({
  naming,
  method,
  args: [{ ...calls[method].args[0], ...names }],
  locks: locks.map((name) => `global:${name}`),
});
const stein = { release: "14.0.0" };
const perArray = { per: "array" } as const;
const named = [
  as({ release: "13.0.0" }, "deleteSnapshot", { snapshotName: "temp-1" }, "emc-snapvx-temp-1"),
  as(stein, "deleteSnapshot", { snapshotName: "temp-1" }, "emc-snapvx-00C2D"),
  as(stein, "setupMaskingView", {}, "emc-mv-OS-h1-F-pg-MV"),
  as({ release: "15.0.0" }, "setupMaskingView", {}, "emc-mv-OS-h1-F-pg-MV-000197800123"),
  as(stein, "removeVolumeFromMaskedGroup", {}, "emc-mv-OS-h1-F-pg-MV", "emc-mv-OS-h1-F-pg-SG"),
  as(stein, "moveVolumeToDefaultGroup", {}, "emc-sg-OS-h1-SRP_1-pg", "emc-sg-OS-SRP_1-default-SG"),
  as(stein, "addChildToParentGroup", {}, "emc-sg-OS-h1-child", "emc-sg-OS-h1-F-pg-SG"),
  as(stein, "moveVolumeBetweenGroups", {}, "emc-sg-OS-SRP_1-default-SG", "emc-sg-OS-h1-SRP_1-pg"),
  as(stein, "deleteInitiatorGroup", {}, "emc-ig-OS-h1-F-IG"),
  as({ release: "15.0.0" }, "cleanupRemoteTarget", {}, "emc-rg-42"),
  as({ release: "16.0.0" }, "cleanupRemoteTarget", {}, "emc-42-rdf"),
  as(perArray, "removeAndResetMembers", { serialNumber }, "emc-vol-00A1B-000197800123"),
  as(perArray, "unlinkAndDeleteSnapshots", { serialNumber }, "emc-source-00C2D-000197800123"),
  as(perArray, "createSnapshot", { serialNumber }, "emc-snapvx-00C2D-000197800123"),
  as(perArray, "createRdfDevicePair", { serialNumber }, "emc-rg-42-000197800123"),
  as(perArray, "cleanupRdfDevicePair", { serialNumber }, "emc-42-rdf-000197800123"),
];

describe("adapter dell-emc-powermax", () => {
  for (const { name, run } of adapterContract<PowermaxDriver>(powermax, { calls, nested, named }))
    it(name, run);
});

export async function example(array: PowermaxDriver, volume: { id: string }): Promise<void> {
  await using coordinator = await connect("etcd://10.0.0.1:2379");
  const driver = powermax.guard(coordinator, array);
  await driver.initializeConnection(volume, { host: "compute-1" });
}
