import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, closeSync, openSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connect } from "../dist/connect.js";
import type { Coordinator } from "../dist/coordinator.js";
import { FencelineError } from "../dist/errors.js";
import { lockKey } from "../dist/lock-key.js";
import { startChild } from "./support/child.js";
import {
  lockElsewhere,
  openFilesBelow,
  skipUnlessLinux,
  type TemporaryDirectory,
  temporaryDirectory,
} from "./support/lock-directory.js";

describe("node locks on Cinder's own files", function () {
  this.timeout(10_000);
  before(skipUnlessLinux);

  let directory: TemporaryDirectory;
  let coordinator: Coordinator;
  beforeEach(async () => {
    directory = temporaryDirectory();
    coordinator = await connect({ etcd: false, lockDirectory: directory.path, lockFiles: "cinder" });
  });
  afterEach(async () => {
    await coordinator.close();
    const open = openFilesBelow(directory.path);
    directory[Symbol.dispose]();
    assert.deepEqual(open, [], "files are left open");
  });

  const pathOf = (file: string): string => join(directory.path, file);

  it("lock the file that oslo.concurrency would lock", async () => {
    await coordinator.withLock([lockKey("node", "lioadm"), lockKey("node", "vol/1")], () => {
      for (const file of ["cinder-lioadm", "cinder-vol_1"]) {
        assert.throws(() => lockElsewhere(pathOf(file)), /is locked already/);
      }
    });
    assert.deepEqual(readdirSync(directory.path).toSorted(), ["cinder-lioadm", "cinder-vol_1"]);
  });

  it("are excluded by a Python process, and exclude it", async function () {
    if (spawnSync("python3", ["-c", "import fcntl"]).status !== 0) {
      console.log("skipped: python3 is not installed");
      this.skip();
    }
    const script = fileURLToPath(new URL("../test/fixtures/posix_lock.py", import.meta.url));
    const python = (command: string) => startChild("python3", [script, command, pathOf("cinder-lioadm")]);
    const key = lockKey("node", "lioadm");
    {
      await using holder = python("hold");
      assert.equal(await holder.line(), "held");
      assert.equal(await coordinator.tryAcquire(key), undefined);
      const waiting = coordinator.acquire(key);
      holder.goOn();
      await (await waiting).release();
    }
    await coordinator.withLock(key, async () => {
      await using other = python("try");
      assert.equal(await other.line(), "locked");
    });
  });

  it("are one lock for names that share a file", async () => {
    const [slash, underscore] = [lockKey("node", "a/b"), lockKey("node", "a_b")];
    await coordinator.withLock([slash, underscore], async (lock) => {
      assert.deepEqual(
        lock.keys.map(({ name }) => name),
        ["a_b"],
      );
      assert.equal(lock.tokenOf(slash), lock.tokenOf(underscore));
      await assert.rejects(coordinator.acquire(slash), (error) => FencelineError.is(error, "already_held"));
    });
    const lock = await coordinator.acquire(slash);
    assert.equal(await coordinator.tryAcquire(underscore), undefined);
    await lock.release();
  });

  it("leave process and global names alone, and refuse what can be no file before anything is touched", async () => {
    const process = lockKey("process", "a/b");
    await coordinator.withLock(process, (lock) => assert.equal(lock.keys[0], process));
    for (const name of ["x".repeat(249), "a\0b"]) {
      await assert.rejects(coordinator.acquire([process, lockKey("node", name)]), (error) =>
        FencelineError.is(error, "invalid_argument"),
      );
    }
    assert.ok(await coordinator.tryAcquire(process));
    assert.deepEqual(readdirSync(directory.path), []);
  });

  it("give tokens that grow, also when the file was Cinder's first or Cinder has removed it", async () => {
    const key = lockKey("node", "lioadm");
    closeSync(openSync(pathOf("cinder-lioadm"), "a", 0o644));
    const tokens: bigint[] = [];
    const take = () => coordinator.withLock(key, (lock) => void tokens.push(lock.token));
    await take();
    await take();
    // As `cinder-manage util clean_locks` does. The clock that tokens go on from counts milliseconds.
    await sleep(2);
    rmSync(pathOf("cinder-lioadm"));
    await take();
    appendFileSync(pathOf("cinder-lioadm"), "");
    await take();
    for (const [i, token] of tokens.entries()) assert.ok(i === 0 || token > (tokens[i - 1] as bigint));
  });

  it("are lost when Cinder removes the file while they are held", async () => {
    const lock = await coordinator.acquire(lockKey("node", "lioadm"));
    rmSync(pathOf("cinder-lioadm"));
    assert.throws(() => lock.assertHeld(), /was removed or replaced/);
    await lock.release();
  });
});
