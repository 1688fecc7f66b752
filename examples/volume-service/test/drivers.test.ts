import assert from "node:assert/strict";
import { serveArray } from "../dist/arrays/array-server.js";
import type { Vendor } from "../dist/arrays/plan.js";
import { StorageArray } from "../dist/arrays/storage-array.js";
import type { VolumeDriver } from "../dist/service/drivers/volume-driver.js";
import { createGuardedDriver } from "../dist/service/guarded-driver.js";

const VOLUMES = ["v1", "v2", "v3", "v4"].map((id) => ({ id }));
const CONNECTOR = { host: "compute" };

describe("drivers on an array", () => {
  const closings: (() => void)[] = [];
  afterEach(() => {
    for (const close of closings.splice(0)) close();
  });

  /** An array with volumes, and two nodes' drivers for it; every step takes the same time. */
  async function open(
    vendor: Vendor,
  ): Promise<{ array: StorageArray; drivers: [VolumeDriver, VolumeDriver] }> {
    const array = new StorageArray("array", "array");
    const { address, close } = await serveArray(array, { stepMs: () => 1 });
    closings.push(close);
    const plan = { name: "array", vendor, fencedBy: "array", address } as const;
    const [a, b] = ["a", "b"].map((user) => createGuardedDriver(undefined, plan, user)) as [
      VolumeDriver,
      VolumeDriver,
    ];
    for (const volume of VOLUMES) await a.createVolume(volume);
    return { array, drivers: [a, b] };
  }

  for (const vendor of ["infinidat", "kaminario", "unity"] as const) {
    it(`of ${vendor} overlap when they attach at the same time without a lock`, async () => {
      const { array, drivers } = await open(vendor);
      const attach = (volume: { id: string }, index: number) =>
        drivers[index % 2]?.initializeConnection(volume, CONNECTOR);
      await Promise.all(VOLUMES.map(attach));
      assert.ok(array.record.overlaps.length > 0);
    });

    it(`of ${vendor} give each volume its own LUN, one after the other`, async () => {
      const { array, drivers } = await open(vendor);
      for (const [index, volume] of VOLUMES.entries()) {
        const { lun } = (await drivers[index % 2]?.initializeConnection(volume, CONNECTOR)) ?? {};
        assert.deepEqual(array.attachments(volume.id), [`compute lun ${lun}`]);
      }
      for (const [index, volume] of VOLUMES.entries()) {
        await drivers[index % 2]?.terminateConnection(volume, CONNECTOR);
      }
      assert.deepEqual(array.findHosts({ user: "test" }, "compute"), []);
      assert.deepEqual([array.record.overlaps, array.damage], [[], {}]);
    });
  }

  it("attach a volume again under the LUN that it has", async () => {
    const { drivers } = await open("infinidat");
    const first = await drivers[0].initializeConnection({ id: "v1" }, CONNECTOR);
    assert.deepEqual(await drivers[1].initializeConnection({ id: "v1" }, CONNECTOR), first);
  });

  it("of SolidFire overlap when they clone one volume at the same time without a lock", async () => {
    const { array, drivers } = await open("solidfire");
    await Promise.all(
      drivers.map((driver, index) => driver.createClonedVolume({ id: `c${index}` }, { id: "v1" })),
    );
    assert.ok(array.record.overlaps.length > 0);
    assert.deepEqual(array.damage, { "attributes overwritten": 1 });
  });

  it("of SolidFire count the clones of a volume, one after the other", async () => {
    const { array, drivers } = await open("solidfire");
    for (const [index, driver] of drivers.entries()) {
      await driver.createClonedVolume({ id: `c${index}` }, { id: "v1" });
    }
    assert.deepEqual(array.readAttributes({ user: "test" }, "v1"), { clonedCount: 2 });
    assert.deepEqual(array.record.overlaps, []);
  });
});
