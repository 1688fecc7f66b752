import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lockKey } from "@fenceline/core";
import { skip } from "../support/skip.js";
import { assertSucceeded, createHolders, type Holders } from "./processes/holders.js";
import { TTL_MS } from "./processes/timing.js";

interface State {
  readonly held: boolean;
  readonly aborted: boolean;
  readonly wall: number;
}

describe("a holder whose clocks jump", () => {
  let holders: Holders;
  let directory: string;
  before(function () {
    if (library === undefined) {
      skip(this, "needs libfaketime: `npm run test:faults -- --install` fetches Debian's");
    }
  });
  beforeEach(async function () {
    holders = await createHolders(this.currentTest?.title ?? "");
    directory = await mkdtemp(join(tmpdir(), "fenceline-clock-"));
    await setClock(0);
  });
  afterEach(async () => {
    await holders?.[Symbol.asyncDispose]();
    if (directory !== undefined) await rm(directory, { recursive: true });
  });

  const library = process.env["FENCELINE_FAKETIME"];
  const clockFile = () => join(directory, "clock");
  const setClock = (seconds: number) => writeFile(clockFile(), `${seconds < 0 ? "" : "+"}${seconds}`);
  /** Clocks of a process that follow a file. */
  const fakeClocks = (monotonicToo: boolean): NodeJS.ProcessEnv => ({
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: clockFile(),
    FAKETIME_NO_CACHE: "1",
    ...(monotonicToo ? {} : { FAKETIME_DONT_FAKE_MONOTONIC: "1" }),
  });

  it("A6 keeps its locks of all scopes when the wall clock is set, and its tokens grow all the same", async () => {
    const keys = [
      lockKey("global", "volume"),
      lockKey("node", holders.nodes.unique("volume")),
      lockKey("process", "volume"),
    ];
    const holder = await holders.start("answer questions", keys, fakeClocks(false));
    const ask = async <T>(question: string) => {
      holder.send(question);
      return await holder.told<T>();
    };
    let before = (await ask<string[]>("tokens")).map(BigInt);
    for (const seconds of [3_600, 0, -3_600, 0, 30, 0, -30]) {
      await setClock(seconds);
      const { held, aborted, wall } = await ask<State>("state");
      assert.ok(
        Math.abs(wall - Date.now() - seconds * 1_000) < 5_000,
        `${seconds} s: the clock did not jump`,
      );
      assert.deepEqual({ held, aborted }, { held: true, aborted: false }, `${seconds} s`);
      await sleep(TTL_MS / 2);
      holder.send("take again");
      const tokens = (await ask<string[]>("tokens")).map(BigInt);
      for (const [i, token] of tokens.entries()) {
        assert.ok(token > (before[i] as bigint), `${seconds} s: ${keys[i]?.scope} token`);
      }
      before = tokens;
    }
    await sleep(TTL_MS);
    assert.equal((await ask<State>("state")).held, true);
  });

  it("A7 knows at once that its lock is lost when the monotonic clock jumps beyond the TTL, and writes nothing", async () => {
    const holder = await holders.start("answer questions", ["volume"], fakeClocks(true));
    const waiting = holders.succeed("volume");
    await holders.nodes.untilQueued("volume", 2);
    await setClock((2 * TTL_MS) / 1_000);
    holder.send("state");
    assert.equal((await holder.told<State>()).held, false);
    assertSucceeded(holder, await waiting);
    holder.send("write");
    assert.deepEqual(await holder.told(), {
      held: false,
      aborted: true,
      guardedTxn: "lock_lost",
      tokenGate: "stale_token",
    });
    assert.equal(await holders.written("volume"), "successor");
  });
});
