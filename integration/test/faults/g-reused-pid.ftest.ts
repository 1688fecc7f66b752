import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, lockKey } from "@fenceline/core";
import { needsRoot } from "./support/requirements.js";
import { startWorker } from "./support/worker.js";

/** The kernel gives the next process the number after this one, if it is free. */
const LAST_PID = "/proc/sys/kernel/ns_last_pid";
const key = lockKey("node", "volume");

describe("a node lock whose holder was killed", function () {
  this.timeout(30_000);
  before(
    needsRoot([], async () => {
      accessSync(LAST_PID, constants.W_OK);
      return { async [Symbol.asyncDispose]() {} };
    }),
  );
  let lockDirectory: string;
  beforeEach(() => {
    lockDirectory = mkdtempSync(join(tmpdir(), "fenceline-pid-"));
  });
  afterEach(() => rmSync(lockDirectory, { recursive: true }));

  it("G1 is free at once, although another process has the holder's PID by now", async () => {
    await using coordinator = await connect({ etcd: false, lockDirectory });
    await using holder = await startWorker({ etcd: false, lockDirectory });
    const held = await holder.acquire(key);
    assert.equal(await coordinator.tryAcquire(key), undefined);
    await holder.kill();

    using _heir = takeOver(holder.pid);
    await using lock = await coordinator.acquire(key, { timeoutMs: 500 });
    assert.ok(lock.token > held.token);
  });
});

/** Starts processes until one has the PID of a dead one. */
function takeOver(pid: number): Disposable {
  for (let tries = 0; tries < 200; tries += 1) {
    writeFileSync(LAST_PID, `${pid - 1}`);
    const child: ChildProcess = spawn("sleep", ["60"], { stdio: "ignore" });
    if (child.pid === pid) return { [Symbol.dispose]: () => void child.kill("SIGKILL") };
    child.kill("SIGKILL");
  }
  return assert.fail(`others were always faster to take PID ${pid}`);
}
