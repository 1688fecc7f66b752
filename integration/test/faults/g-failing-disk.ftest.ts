import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type LockKey, lockKey } from "@fenceline/core";
import { skip } from "../support/skip.js";
import { type Disk, mountMemoryDisk } from "./support/disks.js";
import { assertLockRefused, assertUsable } from "./support/lock-directories.js";
import { needsRoot, run } from "./support/requirements.js";
import { startWorker, WorkerError } from "./support/worker.js";

describe("a lock directory on a file system that fails", () => {
  before(needsRoot(["mount", "umount"], () => mountMemoryDisk("size=64k")));

  /** Fills a disk to the last byte. */
  const fill = (disk: Disk): void => {
    const full = (): void => writeFileSync(join(disk.path, "fill"), Buffer.alloc(2 ** 20));
    assert.throws(full, { code: "ENOSPC" });
  };

  it("G3 is refused when it is full, and usable again when it is not", async () => {
    await using disk = await mountMemoryDisk("size=64k,mode=0755");
    const locks = join(disk.path, "locks");
    mkdirSync(locks, { mode: 0o700 });
    fill(disk);
    await assertLockRefused(locks, "lock_directory", /is full/);
    rmSync(join(disk.path, "fill"));
    await assertUsable(locks);
  });

  it("G3 is refused when there is no inode left", async () => {
    await using disk = await mountMemoryDisk("size=64k,nr_inodes=2,mode=0755");
    const locks = join(disk.path, "locks");
    mkdirSync(locks, { mode: 0o700 });
    await assertLockRefused(locks, "lock_directory", /is full/);
  });

  it("G3 is refused when it is read-only, missing or not", async () => {
    await using disk = await mountMemoryDisk("size=64k,mode=0755");
    const locks = join(disk.path, "locks");
    mkdirSync(locks, { mode: 0o700 });
    await run("mount", "-o", "remount,ro", disk.path);
    await assertLockRefused(locks, "lock_directory", /is on a read-only file system/);
    await assertLockRefused(join(disk.path, "missing"), "lock_directory", /is on a read-only file system/);
    await run("mount", "-o", "remount,rw", disk.path);
    await assertUsable(join(disk.path, "missing"));
  });
});

describe("a process that has no descriptor left", function () {
  this.timeout(30_000);
  let lockDirectory: string;
  before(function () {
    if (process.platform !== "linux") skip(this, `node scope needs Linux, this is ${process.platform}`);
  });
  beforeEach(() => {
    lockDirectory = mkdtempSync(join(tmpdir(), "fenceline-descriptors-"));
  });
  afterEach(() => rmSync(lockDirectory, { recursive: true }));

  it("G3 is refused another lock, keeps those that it holds, and goes on when one is free", async () => {
    const limited = ["sh", "-c", 'ulimit -n 64; exec "$@"', "sh"];
    await using worker = await startWorker({ etcd: false, lockDirectory }, limited);
    const nameOf = (index: number): LockKey => lockKey("node", `volume-${index}`);
    let count = 0;
    let failure: unknown;
    for (; count < 64 && failure === undefined; count += 1) {
      await worker.acquire(nameOf(count)).catch((error: unknown) => {
        failure = error;
      });
    }
    assert.ok(failure instanceof WorkerError, `${failure} after ${count} locks`);
    assert.equal(failure.code, "lock_file");
    assert.ok(failure.ms - failure.sentMs < 1_000);
    await worker.release(nameOf(0));
    await worker.acquire(nameOf(count), 2_000);

    await using other = await connect({ etcd: false, lockDirectory });
    assert.equal(await other.tryAcquire(nameOf(1)), undefined, "a lock that it held is free");
    await other.withLock(nameOf(0), () => {});
  });
});
