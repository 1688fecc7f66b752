import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type ConnectOptions, connect, FencelineError, type LockKey } from "@fenceline/core";
import type { Child } from "./child.js";
import { assertCountsAreLost, countTogether, TURNS, temporaryDirectory } from "./counting.js";
import { startFenceline, type Task } from "./processes.js";
import { settledWithin } from "./settled.js";

/** Somebody else's processes, and how ours take the same locks. Locks are known by an id. */
export interface Neighbour {
  start(ids: readonly string[], task: Task): Child;
  startUnlocked(task: Task): Child;
  options(): ConnectOptions;
  key(id: string): string | LockKey;
  /** How often it asks again for a lock that is taken, at least. */
  readonly retryMs: number;
}

/** The tests of locks that are shared with a neighbour, whoever it is. */
export function sharesLocks({ start, startUnlocked, options, key, retryMs }: Neighbour): void {
  const startOurs = (ids: readonly string[], task: Task): Child =>
    startFenceline(options(), ids.map(key), task);
  const hold = async (child: Child): Promise<Child> => {
    assert.equal(await child.line(), "ready");
    child.goOn();
    assert.equal(await child.line(), "held");
    return child;
  };

  it("counts exactly, two processes of each", async () => {
    using directory = temporaryDirectory();
    const [file, id] = [directory.file("count"), randomUUID()];
    const [counted] = await countTogether([file], () => [
      start([id], ["count", TURNS, file]),
      start([id], ["count", TURNS, file]),
      startOurs([id], ["count", TURNS, file]),
      startOurs([id], ["count", TURNS, file]),
    ]);
    assert.equal(counted, 4 * TURNS);
  });

  it("loses counts without locks", async () => {
    using directory = temporaryDirectory();
    const file = directory.file("count");
    await assertCountsAreLost(file, 4 * TURNS, () => [
      startUnlocked(["count", TURNS, file]),
      startUnlocked(["count", TURNS, file]),
      startFenceline(null, [], ["count", TURNS, file]),
      startFenceline(null, [], ["count", TURNS, file]),
    ]);
  });

  it("counts exactly under several locks, named in another order by each", async () => {
    using directory = temporaryDirectory();
    const files = [directory.file("count"), directory.file("other")];
    const [first, second] = [randomUUID(), randomUUID()].sort() as [string, string];
    const [counted, other] = await countTogether(files, () => [
      start([first, second], ["count", TURNS, files[0] as string]),
      start([second], ["count", TURNS, files[1] as string]),
      startOurs([second, first], ["count", TURNS, ...files]),
      startOurs([first, second], ["count", TURNS, ...files]),
    ]);
    assert.deepEqual([counted, other], [3 * TURNS, 3 * TURNS]);
  });

  it("keeps the neighbour out until the release", async () => {
    const id = randomUUID();
    await using coordinator = await connect(options());
    const lock = await coordinator.acquire(key(id));
    await using theirs = start([id], ["hold"]);
    assert.equal(await theirs.line(), "ready");
    theirs.goOn();
    const held = theirs.line();
    assert.equal(await settledWithin(1.5 * retryMs, held), false);
    lock.assertHeld();
    await lock.release();
    assert.equal(await held, "held");
  });

  it("is kept out until the neighbour's release, and woken by it", async () => {
    const id = randomUUID();
    // A wait reads once in a TTL as well: long after this test.
    await using coordinator = await connect({ ...options(), ttlMs: 120_000 });
    await using theirs = await hold(start([id], ["hold"]));
    assert.equal(await coordinator.tryAcquire(key(id)), undefined);
    await assert.rejects(coordinator.acquire(key(id), { timeoutMs: 200 }), (error) =>
      FencelineError.is(error, "lock_timeout"),
    );
    const waiting = coordinator.acquire(key(id), { timeoutMs: 30_000 });
    assert.equal(await settledWithin(200, waiting), false);
    theirs.goOn();
    assert.equal(await theirs.line(), "released");
    const lock = await waiting;
    lock.assertHeld();
    await lock.release();
  });

  it("leaves the lock to the neighbour when our process is killed", async () => {
    const id = randomUUID();
    await using ours = await hold(startOurs([id], ["hold"]));
    await using theirs = start([id], ["hold"]);
    assert.equal(await theirs.line(), "ready");
    theirs.goOn();
    const held = theirs.line();
    assert.equal(await settledWithin(1.5 * retryMs, held), false);
    ours.signal("SIGKILL");
    assert.equal(await held, "held");
  });

  it("takes the lock over when the neighbour's process is killed", async () => {
    const id = randomUUID();
    await using coordinator = await connect(options());
    await using theirs = await hold(start([id], ["hold"]));
    const waiting = coordinator.acquire(key(id), { timeoutMs: 30_000 });
    assert.equal(await settledWithin(200, waiting), false);
    theirs.signal("SIGKILL");
    await (await waiting).release();
  });
}
