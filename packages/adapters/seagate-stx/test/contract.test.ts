import { type StxDriver, stx } from "@fenceline/adapter-seagate-stx";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

const call = {
  attributes: { driverName: "STXClient", arrayName: "00C0FF1A2B3C" },
  args: ["/show/volumes"],
  elsewhere: { attributes: { arrayName: "00C0FF4D5E6F" } },
  incomplete: [{ attributes: { driverName: undefined } }, { attributes: { arrayName: undefined } }],
};
const request = { ...call, locks: ["global:STXClient-00C0FF1A2B3C"] };
const mapping = { ...call, locks: ["global:STXClient-00C0FF1A2B3C-map"] };

const calls = {
  getSessionKey: request,
  apiRequest: request,
  mapVolume: mapping,
};

const nested = [
  { outer: "mapVolume", inner: "apiRequest", requests: [mapping.locks, request.locks] },
] as const;

const before15 = { naming: { release: "14.0.0" } } as const;
const lenovo = { attributes: { ...call.attributes, driverName: "LenovoClient" } };
const named = [
  { ...before15, method: "apiRequest", locks: ["global:DotHillClient-00C0FF1A2B3C"] },
  { ...before15, method: "mapVolume", locks: ["global:DotHillClient-00C0FF1A2B3C-map"] },
  { ...before15, ...lenovo, method: "getSessionKey", locks: ["global:LenovoClient-00C0FF1A2B3C"] },
  { ...before15, ...lenovo, method: "mapVolume", locks: ["global:LenovoClient-00C0FF1A2B3C-map"] },
  { naming: { release: "15.0.0" }, method: "mapVolume", locks: mapping.locks },
] as const;

describe("adapter seagate-stx", () => {
  for (const { name, run } of adapterContract<StxDriver>(stx, { calls, nested, named })) it(name, run);
});

export async function example(array: StxDriver, volume: unknown, connector: unknown): Promise<void> {
  await using coordinator = await connect("etcd://10.0.0.1:2379");
  const driver = stx.guard(coordinator, array);
  await driver.mapVolume(volume, connector);
}
