import assert from "node:assert/strict";
import { type CinderService, cinder } from "@fenceline/adapter-cinder";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

const args = (...values: unknown[]) => ({ args: values });
const one = (lock: string, of: (id: unknown) => object) => ({
  ...of("v1"),
  locks: [lock],
  elsewhere: of("v2"),
  incomplete: [of(undefined)],
});
const from = (snapshotId: string, sourceVolumeId: string) =>
  args("context", { id: "new" }, { snapshotId, sourceVolumeId });
const zone = one("node:v1", (zoneDriver) => ({ attributes: { zoneDriver } }));

const calls = {
  createVolume: {
    ...from("s1", "v1"),
    locks: ["global:s1-delete_snapshot", "global:v1-delete_volume"],
    elsewhere: from("s2", "v2"),
    incomplete: [from("", "v1"), from("s1", "")],
    unlocked: args("context", { id: "new" }),
  },
  deleteVolume: one("global:v1-delete_volume", (id) => args("context", { id })),
  deleteSnapshot: one("global:v1-delete_snapshot", (id) => args("context", { id })),
  attachVolume: one("global:v1", (id) => args("context", id)),
  detachVolume: one("global:v1-detach_volume", (id) => args("context", id)),
  attachmentUpdate: {
    ...args("context", { volumeId: "v1" }, { host: "compute-1" }),
    locks: ["global:attachment_update-v1-compute-1"],
    elsewhere: args("context", { volumeId: "v1" }, { host: "compute-2" }),
    incomplete: [
      args("context", undefined, { host: "compute-1" }),
      args("context", { volumeId: "v1" }, { host: "" }),
    ],
  },
  prepareImageCacheEntry: one("global:v1", (id) => args("context", { id: "new" }, "glance", id)),
  migrateEncryptionKey: one("global:v1-_migrate_encryption_key", (id) => args({ id })),
  mountBackupShare: { locks: ["global:mount-nfs-share"] },
  cleanupIncompleteBackupOperations: one("node:cleanup_incomplete_backups_v1", (processGroup) => ({
    attributes: { processGroup },
  })),
  incDevice: { locks: ["process:BlkioCgroup"] },
  decDevice: { locks: ["process:BlkioCgroup"] },
  addConnection: zone,
  deleteConnection: zone,
};

describe("adapter cinder", () => {
  for (const { name, run } of adapterContract<CinderService>(cinder, { calls })) it(name, run);

  it("has a name of zoning for all nodes that says what is zoned", () => {
    assert.equal(cinder.zoning({ zoneDriver: "brcd" }).globalName, "fcfabric-brcd");
  });
});

export async function example(manager: CinderService, volume: { id: string }): Promise<void> {
  await using coordinator = await connect("etcd://10.0.0.1:2379");
  const service = cinder.guard(coordinator, manager);
  await service.createVolume("context", { id: "new" }, { sourceVolumeId: volume.id });
}
