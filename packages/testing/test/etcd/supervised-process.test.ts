import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { startSupervised } from "../../dist/etcd/process/supervised-process.js";

describe("startSupervised", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "fenceline-test-"));
  });
  afterEach(async () => {
    for (const parent of parents.splice(0)) parent.kill("SIGKILL");
    await rm(directory, { recursive: true, force: true });
  });

  async function start(command: string, ...args: string[]) {
    const log = await open(join(directory, "log"), "a");
    try {
      return startSupervised(command, args, { env: { ...process.env, GREETING: "hello" }, output: log.fd });
    } finally {
      await log.close();
    }
  }
  const readLog = () => readFile(join(directory, "log"), "utf8");

  it("runs a command with its arguments, environment and output", async () => {
    const child = await start("sh", "-c", 'echo "$GREETING $1"; echo trouble >&2', "sh", "two words");
    await child.exited();
    assert.equal(await readLog(), "hello two words\ntrouble\n");
    assert.equal(child.isRunning, false);
  });

  it("has the command itself under its process id, to be signalled", async () => {
    const child = await start("sleep", "60");
    assert.equal(child.isRunning, true);
    child.signal("SIGKILL");
    await child.exited();
    assert.equal(isAlive(child.pid), false);
  });

  it("leaves the reason in the output when the command is not there", async () => {
    const child = await start("/no/such/command");
    await child.exited();
    assert.match(await readLog(), /\/no\/such\/command.*not found/);
  });

  for (const end of ["SIGKILL", "SIGINT", "SIGTERM", "exit", "throw"]) {
    it(`ends the command when its parent ends by ${end}`, async () => {
      const { parent, pid } = await startParent(end);
      assert.ok(isAlive(pid));
      if (end.startsWith("SIG")) parent.kill(end as NodeJS.Signals);
      else parent.kill("SIGUSR2"); // told to end by itself
      await once(parent, "exit");
      await until(() => !isAlive(pid));
    });
  }

  it("leaves it to the parent what Ctrl-C means", async () => {
    const { parent, pid } = await startParent("stay");
    process.kill(-(parent.pid as number), "SIGINT"); // as a terminal does: to the whole group
    await once(parent.stdout, "data"); // it has handled the signal, and lives
    assert.ok(isAlive(pid));
    parent.kill("SIGKILL");
    await until(() => !isAlive(pid));
  });
});

describe("afterParent", () => {
  it("runs its command, unless it was taken back", async () => {
    const directory = await mkdtemp(join(tmpdir(), "fenceline-test-"));
    const [kept, removed] = [join(directory, "kept"), join(directory, "removed")];
    await Promise.all([mkdir(kept), mkdir(removed)]);
    const parent = spawn(process.execPath, [
      join(import.meta.dirname, "parent-of-commands.js"),
      kept,
      removed,
    ]);
    await once(parent, "exit");
    await until(() => !existsSync(removed));
    assert.ok(existsSync(kept));
    await rm(directory, { recursive: true });
  });
});

const parents: ChildProcess[] = [];

/** A Node.js process that has started a command, which it ends with. */
async function startParent(
  end: string,
): Promise<{ readonly parent: ChildProcess & { stdout: Readable }; readonly pid: number }> {
  const parent = spawn(process.execPath, [join(import.meta.dirname, "parent-of-sleep.js"), end], {
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  parents.push(parent);
  const [output] = await once(parent.stdout, "data");
  return { parent, pid: Number(output) };
}

/** False for a process that has ended, also while nobody has asked for its exit code. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout !== "" && !stdout.startsWith("Z");
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}
