import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type ErrorCode, FencelineError, type LockKey, lockKey } from "@fenceline/core";
import { type Disk, mountMemoryDisk } from "./support/disks.js";
import { needsRoot, run } from "./support/requirements.js";
import { asSquatter, SQUATTER, SQUATTER_PROGRAMS, SQUATTERS_GROUP } from "./support/squatter.js";
import { startWorker, WorkerError } from "./support/worker.js";

const key = lockKey("node", "volume");

/** Asking for a lock in the directory must fail with the code, in its message say why, and not take long. */
async function assertRefused(lockDirectory: string, code: ErrorCode, why: RegExp): Promise<void> {
  await using coordinator = await connect({ etcd: false, lockDirectory });
  const startedAt = performance.now();
  for (const attempt of [() => coordinator.acquire(key), () => coordinator.tryAcquire(key)]) {
    await assert.rejects(attempt(), (error) => {
      assert.ok(FencelineError.is(error, code), `${error}`);
      assert.match(error.message, why);
      return true;
    });
  }
  assert.ok(performance.now() - startedAt < 1_000);
}

async function assertUsable(lockDirectory: string): Promise<void> {
  await using coordinator = await connect({ etcd: false, lockDirectory });
  await coordinator.withLock(key, (lock) => lock.assertHeld());
}

describe("a lock directory in which another user is at work", () => {
  before(needsRoot(SQUATTER_PROGRAMS, async () => await trySquatter()));
  let directory: string;
  let locks: string;
  let victim: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "fenceline-squatter-"));
    chmodSync(directory, 0o755);
    locks = join(directory, "locks");
    victim = join(directory, "victim");
    mkdirSync(locks);
    writeFileSync(victim, "precious", { mode: 0o666 });
    chmodSync(victim, 0o666); // else Linux itself keeps others from making hard links to it
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** A directory that root shares with a group which the other user is in. */
  const share = (): void => {
    chownSync(locks, 0, SQUATTERS_GROUP);
    chmodSync(locks, 0o770);
  };

  const plants: Record<string, [script: string, why: RegExp]> = {
    "a symbolic link": ['ln -s "$2" "$1"', /is a symbolic link/],
    "a dangling symbolic link": ['ln -s "$2-to-come" "$1"', /is a symbolic link/],
    "a hard link": ['ln "$2" "$1"', /is one of 2 hard links/],
    "a FIFO": ['mkfifo "$1"', /is not a regular file/],
    "a directory": ['mkdir "$1"', /is not a regular file/],
    "a file that everybody may write to": ['umask 0; : > "$1"', /is writable by everybody/],
  };
  for (const [what, [script, why]] of Object.entries(plants)) {
    it(`G2 is refused for ${what} in the lock's place, and the victim is left as it is`, async () => {
      share();
      const path = join(locks, "volume.lock");
      await asSquatter(script, path, victim);
      const planted = lstatSync(path);
      const { mtimeMs } = lstatSync(victim);
      await assertRefused(locks, "lock_file", why);
      assert.equal(readFileSync(victim, "utf8"), "precious");
      assert.equal(lstatSync(victim).mtimeMs, mtimeMs);
      assert.equal(existsSync(`${victim}-to-come`), false);
      const left = lstatSync(path);
      assert.deepEqual([left.ino, left.mode, left.size], [planted.ino, planted.mode, planted.size]);
    });
  }

  it("G2 is refused where everybody may plant, where it is the other user's, or where it can be swapped", async () => {
    chmodSync(locks, 0o1777);
    await assertRefused(locks, "lock_directory", /is writable by everybody/);
    chmodSync(locks, 0o700);
    chownSync(locks, SQUATTER, SQUATTERS_GROUP);
    await assertRefused(locks, "lock_directory", /belongs to uid 65534/);
    chownSync(locks, 0, 0);
    chmodSync(directory, 0o777);
    await assertRefused(locks, "lock_directory", /which is writable by everybody/);
    chmodSync(directory, 0o755);
    await assertUsable(locks);
  });

  it("G2 is swapped under a holder, who is told at once, and the new one is refused", async () => {
    share();
    chownSync(directory, 0, SQUATTERS_GROUP);
    chmodSync(directory, 0o770);
    await using holder = await connect({ etcd: false, lockDirectory: locks });
    const lock = await holder.acquire(key);
    const aborted = new Promise((resolve) => lock.signal.addEventListener("abort", resolve));
    await asSquatter('mv "$1" "$1-gone"; mkdir -m 700 "$1"', locks);
    assert.throws(() => lock.assertHeld(), { code: "lock_lost" });
    await aborted;
    await lock.release();
    await assertRefused(locks, "lock_directory", /belongs to uid 65534/);
  });
});

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
    await assertRefused(locks, "lock_directory", /is full/);
    rmSync(join(disk.path, "fill"));
    await assertUsable(locks);
  });

  it("G3 is refused when there is no inode left", async () => {
    await using disk = await mountMemoryDisk("size=64k,nr_inodes=2,mode=0755");
    const locks = join(disk.path, "locks");
    mkdirSync(locks, { mode: 0o700 });
    await assertRefused(locks, "lock_directory", /is full/);
  });

  it("G3 is refused when it is read-only, missing or not", async () => {
    await using disk = await mountMemoryDisk("size=64k,mode=0755");
    const locks = join(disk.path, "locks");
    mkdirSync(locks, { mode: 0o700 });
    await run("mount", "-o", "remount,ro", disk.path);
    await assertRefused(locks, "lock_directory", /is on a read-only file system/);
    await assertRefused(join(disk.path, "missing"), "lock_directory", /is on a read-only file system/);
    await run("mount", "-o", "remount,rw", disk.path);
    await assertUsable(join(disk.path, "missing"));
  });
});

describe("a process that has no descriptor left", function () {
  this.timeout(30_000);
  let lockDirectory: string;
  before(function () {
    if (process.platform === "linux") return;
    console.log(`- skipped: node scope needs Linux, this is ${process.platform}`);
    this.skip();
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

async function trySquatter(): Promise<AsyncDisposable> {
  await asSquatter(":");
  return { async [Symbol.asyncDispose]() {} };
}
