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
import { connect } from "@fenceline/core";
import { assertLockRefused, assertUsable, key } from "./support/lock-directories.js";
import { needsRoot } from "./support/requirements.js";
import { asSquatter, SQUATTER, SQUATTER_PROGRAMS, SQUATTERS_GROUP } from "./support/squatter.js";

describe("a lock directory in which another user is at work", () => {
  before(needsRoot(SQUATTER_PROGRAMS, trySquatter));
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
      await assertLockRefused(locks, "lock_file", why);
      assert.equal(readFileSync(victim, "utf8"), "precious");
      assert.equal(lstatSync(victim).mtimeMs, mtimeMs);
      assert.equal(existsSync(`${victim}-to-come`), false);
      const left = lstatSync(path);
      assert.deepEqual([left.ino, left.mode, left.size], [planted.ino, planted.mode, planted.size]);
    });
  }

  it("G2 is refused where everybody may plant, where it is the other user's, or where it can be swapped", async () => {
    chmodSync(locks, 0o1777);
    await assertLockRefused(locks, "lock_directory", /is writable by everybody/);
    chmodSync(locks, 0o700);
    chownSync(locks, SQUATTER, SQUATTERS_GROUP);
    await assertLockRefused(locks, "lock_directory", /belongs to uid 65534/);
    chownSync(locks, 0, 0);
    chmodSync(directory, 0o777);
    await assertLockRefused(locks, "lock_directory", /which is writable by everybody/);
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
    await assertLockRefused(locks, "lock_directory", /belongs to uid 65534/);
  });
});

async function trySquatter(): Promise<AsyncDisposable> {
  await asSquatter(":");
  return { async [Symbol.asyncDispose]() {} };
}
