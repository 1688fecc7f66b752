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

describe("adapter netapp-nfs", () => {
  for (const { name, run } of adapterContract<NetappNfsDriver>(netappNfs, { calls })) it(name, run);
});

export async function example(share: NetappNfsDriver): Promise<void> {
  await using coordinator = await connect({ etcd: false });
  const driver = netappNfs.guard(coordinator, share);
  await driver.doCloneRelImgCache("img-cache-9c4d1b22", "volume-7", "10.0.0.40:/vol1", "img-cache-9c4d1b22");
}
