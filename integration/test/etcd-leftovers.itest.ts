import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { runtime } from "./suite-etcd.js";

const owner = fileURLToPath(new URL("./fixtures/etcd-owner.js", import.meta.url));

describe("what is left of a cluster that nobody has disposed of", function () {
  this.timeout(90_000);
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "fenceline-leftovers-"));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const ends: Record<string, (pid: number) => void> = {
    "is killed": (pid) => process.kill(pid, "SIGKILL"),
    "is terminated": (pid) => process.kill(pid, "SIGTERM"),
    "is interrupted, with all its process group, by Ctrl-C": (pid) => process.kill(-pid, "SIGINT"),
    exits: () => {},
    "has nothing more to do": () => {},
  };
  for (const [what, end] of Object.entries(ends)) {
    it(`is nothing when its process ${what}`, async () => {
      const how = what === "exits" ? "exit" : what.startsWith("has nothing") ? "nothing" : "wait";
      const child = spawn(process.execPath, [owner, runtime, how], {
        detached: true,
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, TMPDIR: directory },
      });
      const exited = once(child, "exit");
      const [line] = await once(createInterface({ input: child.stdout }), "line");
      const { endpoints, pids } = JSON.parse(line) as { endpoints: string[]; pids: (number | null)[] };
      assert.equal(endpoints.length, 3);
      end(child.pid as number);
      await exited;
      while ((await Promise.all(endpoints.map(accepts))).includes(true)) await sleep(50);
      while (pids.some((pid) => pid !== null && isAlive(pid))) await sleep(50);
      while ((await readdir(directory)).length > 0) await sleep(50);
    });
  }
});

function accepts(endpoint: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(endpoint).port), "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
