import assert from "node:assert/strict";
import { type NetappNfsDriver, netappNfs } from "@fenceline/adapter-netapp-nfs";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

const clone = (file: unknown) => ({ args: [file, "volume-7", "10.0.0.40:/vol1", file] });
const deletion = (...args: unknown[]) => ({ args });
const move = (path: unknown) => ({ args: ["/mnt/s1/tmp-4", path] });
const locks = ["node:img-cache-9c4d1b22"];

const calls = {
  doCloneRelImgCache: {
    ...clone("img-cache-9c4d1b22"),
    locks,
    elsewhere: clone("img-cache-1a2b3c4d"),
    incomplete: [clone(undefined)],
  },
  deleteCacheFile: {
    ...deletion("img-cache-9c4d1b22"),
    locks,
    elsewhere: deletion("img-cache-1a2b3c4d"),
    incomplete: [deletion()],
  },
  moveNfsFile: {
    ...move("/mnt/s1/img-cache-9c4d1b22"),
    locks: ["node:/mnt/s1/img-cache-9c4d1b22"],
    elsewhere: move("/mnt/s2/img-cache-9c4d1b22"),
    incomplete: [move("")],
  },
  spawnCleanCacheJob: { locks: ["process:clean_cache"] },
};

const perArray = { naming: { per: "array" }, attributes: { array: "svm-1" } } as const;
const named = [
  { ...perArray, method: "doCloneRelImgCache", locks: ["node:img-cache-9c4d1b22-svm-1"] },
  { ...perArray, method: "deleteCacheFile", locks: ["node:img-cache-9c4d1b22-svm-1"] },
] as const;

describe("adapter netapp-nfs", () => {
  for (const { name, run } of adapterContract<NetappNfsDriver>(netappNfs, { calls, named })) it(name, run);

  it("lifts a destination under its share and file, wherever a node mounts the share", () => {
    const onNode = (mounts: string): string | undefined =>
      netappNfs.destination({ destPath: `${mounts}/0a1b2c/img-cache-9c4d1b22` }).globalName;
    assert.equal(onNode("/var/lib/cinder/mnt"), "0a1b2c/img-cache-9c4d1b22");
    assert.equal(onNode("/srv/mnt"), "0a1b2c/img-cache-9c4d1b22");
  });
});

export async function example(share: NetappNfsDriver): Promise<void> {
  await using coordinator = await connect({ etcd: false });
  const driver = netappNfs.guard(coordinator, share);
  await driver.doCloneRelImgCache("img-cache-9c4d1b22", "volume-7", "10.0.0.40:/vol1", "img-cache-9c4d1b22");
}
