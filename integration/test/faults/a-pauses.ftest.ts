import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { startFencedResource } from "./processes/fenced-resource.js";
import type { Holder } from "./processes/holder.js";
import type { Found } from "./processes/holder-works.js";
import { assertSucceeded, createHolders, type Holders } from "./processes/holders.js";
import { inRounds, TTL_MS } from "./processes/timing.js";

/** What a holder finds when it goes on after its successor has written. */
const LOST: Omit<Found, "aborted"> = { held: false, guardedTxn: "lock_lost", tokenGate: "stale_token" };
const ABORT_MS = 20;

describe("a holder that stands still", () => {
  let holders: Holders;
  beforeEach(async function () {
    holders = await createHolders(this.currentTest?.title ?? "");
  });
  afterEach(() => holders[Symbol.asyncDispose]());

  /** Stops a holder until its successor has written, for longer than a TTL, and lets it go on. */
  const pauseUntilSucceeded = async (holder: Holder, name: string) => {
    const succeeded = holders.succeed(name);
    await holders.nodes.untilQueued(name, 2);
    holder.signal("SIGSTOP");
    const [lock] = await Promise.all([succeeded, sleep(TTL_MS + 500)]);
    assertSucceeded(holder, lock);
    holder.signal("SIGCONT");
    return lock;
  };

  const assertLost = async (name: string, { aborted: _, ...found }: Found) => {
    assert.deepEqual(found, LOST);
    assert.equal(await holders.written(name), "successor");
  };

  it("A2 keeps its lock, without an abort, over a pause shorter than the TTL", async () => {
    await inRounds(async (name) => {
      const holder = await holders.start("answer questions", [name]);
      for (const pauseMs of [300, 600, 900]) {
        holder.signal("SIGSTOP");
        await sleep(pauseMs);
        holder.send("write");
        holder.signal("SIGCONT");
        const found = { held: true, aborted: false, guardedTxn: "done", tokenGate: "done" };
        assert.deepEqual(await holder.told(), found, `after ${pauseMs} ms`);
        await sleep(TTL_MS / 3);
      }
    });
  });

  for (const work of ["sleep", "read files", "turn microtasks", "compute"] as const) {
    it(`A3 knows at its first instruction after a pause that the lock is lost (${work}), and writes nothing`, async () => {
      await inRounds(async (name) => {
        const holder = await holders.start(work, [name]);
        await pauseUntilSucceeded(holder, name);
        await assertLost(name, await holder.told());
      });
    });
  }

  it("A3 is told by its signal within 20 ms after a pause", async () => {
    const late = await inRounds(async (name) => {
      const holder = await holders.start("wait for the abort", [name]);
      await pauseUntilSucceeded(holder, name);
      return await holder.told<number>();
    });
    assert.ok(Math.max(...late) <= ABORT_MS, `${late.join(", ")} ms`);
  });

  it("A4 knows after its event loop was blocked that the lock is lost, and writes nothing", async () => {
    await inRounds(async (name) => {
      const holder = await holders.start("be blocked", [name]);
      assert.equal(await holder.told(), "blocked");
      assertSucceeded(holder, await holders.succeed(name));
      await assertLost(name, await holder.told());
    });
  });

  it("A5 is refused by the resource when the pause falls between its check and its write", async () => {
    const rounds = await inRounds(async (name) => {
      await using resource = await startFencedResource();
      const holder = await holders.start("check, then write", [name], { RESOURCE: resource.url });
      assert.equal(await holder.told(), "checked");
      holder.signal("SIGSTOP");
      const [lock] = await Promise.all([holders.succeed(name), sleep(TTL_MS + 500)]);
      assertSucceeded(holder, lock);
      assert.equal(await resource.write(lock.token), 200);
      holder.signal("SIGCONT");
      assert.equal(await holder.told(), 409);
      assert.deepEqual(resource.accepted, [lock.token]);
      return resource.refused.length;
    });
    assert.ok(
      rounds.every((refused) => refused === 1),
      "the late write has to reach the resource",
    );
  });
});
