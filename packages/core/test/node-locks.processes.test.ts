import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSystemClock } from "../dist/clock.js";
import { lockKey } from "../dist/lock-key.js";
import { createNodeLocks } from "../dist/scopes/node-locks.js";
import type { Grant } from "../dist/scopes/scope-locks.js";
import { Stop } from "../dist/stop-signal.js";
import { type Child, startChild } from "./support/child.js";
import { skipUnlessLinux, type TemporaryDirectory, temporaryDirectory } from "./support/lock-directory.js";

const key = lockKey("node", "a");
const signal = new Stop();

describe("node locks between processes", function () {
  this.timeout(20_000);
  before(skipUnlessLinux);

  let directory: TemporaryDirectory;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory[Symbol.dispose]());

  const start = (command: string, ...args: string[]): Child => {
    const script = fileURLToPath(new URL("fixtures/node-lock-process.js", import.meta.url));
    return startChild(process.execPath, [script, command, directory.path, ...args]);
  };
  const startAll = (calls: [string, ...string[]][]): AsyncDisposable & { readonly all: Child[] } => {
    const all = calls.map((call) => start(...call));
    return {
      all,
      async [Symbol.asyncDispose]() {
        for (const child of all) await child[Symbol.asyncDispose]();
      },
    };
  };
  const acquire = (): Promise<Grant> => here().acquire([key], { signal });
  const tryAcquire = (): Promise<Grant | undefined> => here().tryAcquire([key], { signal });
  const here = () => createNodeLocks({ clock: createSystemClock(), directory: directory.path });

  /** What three processes together count up to. */
  const countTogether = async (mode: "locked" | "unlocked"): Promise<number> => {
    const file = join(directory.path, "count");
    writeFileSync(file, "0");
    await using children = startAll([1, 2, 3].map(() => ["count", file, "40", mode]));
    for (const child of children.all) assert.equal(await child.line(), "ready");
    for (const child of children.all) child.goOn();
    for (const child of children.all) assert.equal(await child.ended, 0);
    return Number(readFileSync(file, "utf8"));
  };

  it("lets one at a time through", async () => {
    assert.equal(await countTogether("locked"), 120);
  });

  it("would have been needed for that: without them, counts are lost", async () => {
    // Processes that the machine happens to run one after the other lose nothing: try a few times.
    let counted = 120;
    for (let tries = 0; counted === 120 && tries < 10; tries += 1) counted = await countTogether("unlocked");
    assert(counted < 120);
  });

  it("frees the lock of a process that is killed", async () => {
    await using holder = start("hold", "a");
    assert.match(await holder.line(), /^held /);
    assert.equal(await tryAcquire(), undefined);
    const waiting = acquire();
    const killedAt = performance.now();
    holder.kill();
    await (await waiting).release();
    assert(performance.now() - killedAt < 1000);
  });

  it("lets several processes take several locks in any order", async () => {
    const orders = [
      ["a", "b", "c"],
      ["c", "b", "a"],
      ["b", "c", "a"],
    ];
    await using children = startAll(orders.map((names) => ["take", "50", ...names]));
    for (const child of children.all) assert.equal(await child.ended, 0);
  });

  it("gives every grant a greater token, over crashes and the loss of the file", async () => {
    let last = 0n;
    for (const ending of ["release", "kill", "remove", "kill", "here", "release"]) {
      if (ending === "here") {
        const grant = await acquire();
        assert(grant.tokenOf(key) > last);
        last = grant.tokenOf(key);
        await grant.release();
        continue;
      }
      await using holder = start("hold", "a");
      const [, token = ""] = (await holder.line()).split(" ");
      assert(BigInt(token) > last, `${token} after ${last}`);
      last = BigInt(token);
      if (ending === "kill") holder.kill();
      else holder.goOn();
      await holder.ended;
      if (ending === "remove") rmSync(join(directory.path, "a.lock"));
    }
  });

  describe("of which one has given up its wait", () => {
    it("let it end by process.exit()", async () => {
      const grant = await acquire();
      await using deserter = start("desert", "a", "exit");
      assert.equal(await deserter.line(), "enough");
      assert.equal(await deserter.ended, 0);
      await grant.release();
    });

    it("let it end by itself as soon as the lock is free, and keep nothing", async () => {
      const grant = await acquire();
      await using deserter = start("desert", "a");
      assert.equal(await deserter.line(), "enough");
      await grant.release();
      assert.equal(await deserter.ended, 0);
      const again = await tryAcquire();
      assert(again);
      await again.release();
    });
  });

  describe("of which one is Python", () => {
    before(function () {
      if (spawnSync("python3", ["-c", "import fcntl"]).status === 0) return;
      console.log("skipped: python3 is not installed");
      this.skip();
    });

    const startPython = (command: string): Child => {
      const script = fileURLToPath(new URL("../test/fixtures/posix_lock.py", import.meta.url));
      return startChild("python3", [script, command, join(directory.path, "a.lock")]);
    };
    const lockedForPython = async (): Promise<string> => {
      await using python = startPython("try");
      return await python.line();
    };

    it("keep it out", async () => {
      const grant = await acquire();
      assert.equal(await lockedForPython(), "locked");
      await grant.release();
      assert.equal(await lockedForPython(), "free");
    });

    it("are kept out by it", async () => {
      await using python = startPython("hold");
      assert.equal(await python.line(), "held");
      assert.equal(await tryAcquire(), undefined);
      const waiting = acquire();
      python.goOn();
      const grant = await waiting;
      assert.equal(await lockedForPython(), "locked");
      await grant.release();
    });
  });
});
