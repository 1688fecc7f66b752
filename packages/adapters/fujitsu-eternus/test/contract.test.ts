import { type EternusDriver, eternus } from "@fenceline/adapter-fujitsu-eternus";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

const under = (...locks: string[]) => ({ args: ["instance"], locks });
const volume = under("node:ETERNUS-vol");
const connection = under("node:ETERNUS-connect");
const statistics = under("node:ETERNUS-update");
const smisExec = under("node:ETERNUS-SMIS-exec");
const smisOther = under("node:ETERNUS-SMIS-other");
const smisGetInstance = under("node:ETERNUS-SMIS-getinstance");

const calls = {
  createLocalClonedVolume: volume,
  deleteVolumeSetting: volume,
  deleteVolume: volume,
  createSnapshot: volume,
  extendVolume: volume,
  mapLun: connection,
  unmapLun: connection,
  updateVolumeStats: statistics,
  execEternusService: smisExec,
  enumEternusInstances: smisOther,
  enumEternusInstanceNames: smisOther,
  assocEternus: smisOther,
  assocEternusNames: smisOther,
  referenceEternusNames: smisOther,
  getEternusInstance: smisGetInstance,
};

const inside = (...requests: { locks: string[] }[]) => requests.map(({ locks }) => locks);
const nested = [
  { outer: "extendVolume", inner: "execEternusService", requests: inside(volume, smisExec) },
  { outer: "mapLun", inner: "assocEternus", requests: inside(connection, smisOther) },
  { outer: "updateVolumeStats", inner: "getEternusInstance", requests: inside(statistics, smisGetInstance) },
  { outer: "deleteVolume", inner: "deleteVolumeSetting", requests: inside(volume) },
] as const;

const perArray = { naming: { per: "array" }, attributes: { array: "4601234567" } } as const;
const named = [
  { ...perArray, method: "createSnapshot", locks: ["node:ETERNUS-vol-4601234567"] },
  { ...perArray, method: "mapLun", locks: ["node:ETERNUS-connect-4601234567"] },
  { ...perArray, method: "updateVolumeStats", locks: ["node:ETERNUS-update-4601234567"] },
  { ...perArray, method: "execEternusService", locks: ["node:ETERNUS-SMIS-exec-4601234567"] },
  { ...perArray, method: "assocEternus", locks: ["node:ETERNUS-SMIS-other-4601234567"] },
  { ...perArray, method: "getEternusInstance", locks: ["node:ETERNUS-SMIS-getinstance-4601234567"] },
] as const;

describe("adapter fujitsu-eternus", () => {
  for (const { name, run } of adapterContract<EternusDriver>(eternus, { calls, nested, named }))
    it(name, run);
});

export async function example(array: EternusDriver, volume: unknown, size: number): Promise<void> {
  await using coordinator = await connect({ etcd: false });
  const driver = eternus.guard(coordinator, array);
  await driver.extendVolume(volume, size);
}
