import assert from "node:assert/strict";
import { appendFileSync, readFileSync } from "node:fs";
import { createNodes, type TestNodes } from "../nodes.js";
import { suiteEtcd } from "../suite-etcd.js";
import type { Child } from "./child.js";
import { assertCountsAreLost, countTogether, TURNS, temporaryDirectory } from "./counting.js";
import { startEtcdctlCount, startEtcdctlElect, startEtcdctlLock, startFenceline } from "./processes.js";
import { needsEtcd, needsEtcdctl } from "./requirements.js";
import { settledWithin } from "./settled.js";

describe("with etcdctl lock", () => {
  before(needsEtcd);
  before(needsEtcdctl);

  let nodes: TestNodes;
  let endpoints: readonly string[];
  let directory: ReturnType<typeof temporaryDirectory>;
  beforeEach(async function () {
    ({ endpoints } = await suiteEtcd());
    nodes = await createNodes(this.currentTest?.title ?? "");
    directory = temporaryDirectory();
  });
  afterEach(async () => {
    await nodes[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  const options = () => ({ etcd: { hosts: endpoints }, namespace: nodes.namespace, ttlMs: 5_000 });
  const queue = (encodedName: string): string => `${nodes.namespace}/locks/${encodedName}`;
  const etcdctlLock = (name: string, command?: readonly string[]): Child =>
    startEtcdctlLock(endpoints, queue(name), command);

  it("counts exactly, two processes of each", async () => {
    const file = directory.file("count");
    const [counted] = await countTogether([file], () => [
      startEtcdctlCount(endpoints, queue("counter"), TURNS, file),
      startEtcdctlCount(endpoints, queue("counter"), TURNS, file),
      startFenceline(options(), ["counter"], ["count", TURNS, file]),
      startFenceline(options(), ["counter"], ["count", TURNS, file]),
    ]);
    assert.equal(counted, 4 * TURNS);
    assert.deepEqual(await nodes.queueEntries(), []);
  });

  it("loses counts without locks", async () => {
    const file = directory.file("count");
    await assertCountsAreLost(file, 4 * TURNS, () => [
      startEtcdctlCount(endpoints, null, TURNS, file),
      startEtcdctlCount(endpoints, null, TURNS, file),
      startFenceline(null, [], ["count", TURNS, file]),
      startFenceline(null, [], ["count", TURNS, file]),
    ]);
  });

  it("is served in the order in which all have asked", async () => {
    const order = directory.file("order");
    const holder = await (await nodes.connect("holder")).acquire("volume-42");
    const ours = async (who: string): Promise<void> => {
      const coordinator = await nodes.connect(who);
      await coordinator.withLock("volume-42", async () => appendFileSync(order, `${who}\n`));
    };
    const theirs = async (who: string): Promise<void> => {
      await using child = etcdctlLock("volume-42", ["sh", "-c", 'echo "$1" >>"$2"', "sh", who, order]);
      assert.equal(await child.ended, 0);
    };
    const all = ["etcdctl 1", "fenceline 1", "etcdctl 2", "etcdctl 3", "fenceline 2", "fenceline 3"];
    const waiting: Promise<void>[] = [];
    for (const [place, who] of all.entries()) {
      waiting.push(who.startsWith("etcdctl") ? theirs(who) : ours(who));
      await nodes.untilQueued("volume-42", place + 2);
    }
    await holder.release();
    await Promise.all(waiting);
    assert.deepEqual(readFileSync(order, "utf8").trim().split("\n"), all);
  });

  it("is kept out while etcdctl holds the lock, and woken when it lets go", async () => {
    await using holder = etcdctlLock("volume-42");
    assert.match(await holder.line(), /\/locks\/volume-42\/[0-9a-f]+$/);
    // The wait reads once in a TTL as well: far beyond this timeout.
    const coordinator = await nodes.connect("a", { ttlMs: 60_000 });
    assert.equal(await coordinator.tryAcquire("volume-42"), undefined);
    const waiting = coordinator.acquire("volume-42", { timeoutMs: 10_000 });
    await nodes.untilQueued("volume-42", 2);
    // Until it watches; a release before that is found by reading.
    assert.equal(await settledWithin(200, waiting), false);
    holder.signal("SIGTERM");
    const lock = await waiting;
    lock.assertHeld();
    await lock.release();
  });

  it("keeps etcdctl out, and lets it in with the release", async () => {
    const lock = await (await nodes.connect("a")).acquire("volume-42");
    await using waiter = etcdctlLock("volume-42");
    await nodes.untilQueued("volume-42", 2);
    const granted = waiter.line();
    assert.equal(await settledWithin(500, granted), false);
    lock.assertHeld();
    await lock.release();
    await granted;
    assert.equal((await nodes.queueEntries()).length, 1);
    waiter.signal("SIGTERM");
    await waiter.ended;
    assert.deepEqual(await nodes.queueEntries(), []);
  });

  it("takes over from an etcdctl that was killed, and is not held up by a killed waiter", async () => {
    const holder = etcdctlLock("volume-42");
    await holder.line();
    const waiter = etcdctlLock("volume-42");
    await nodes.untilQueued("volume-42", 2);
    const waiting = (await nodes.connect("a")).acquire("volume-42", { timeoutMs: 15_000 });
    await nodes.untilQueued("volume-42", 3);
    waiter.signal("SIGKILL");
    holder.signal("SIGKILL");
    await (await waiting).release();
  });

  it("leaves the lock to etcdctl when our process is killed", async () => {
    await using holder = startFenceline(options(), ["volume-42"], ["hold"]);
    assert.equal(await holder.line(), "ready");
    holder.goOn();
    assert.equal(await holder.line(), "held");
    await using waiter = etcdctlLock("volume-42");
    await nodes.untilQueued("volume-42", 2);
    holder.signal("SIGKILL");
    await waiter.line();
  });

  it("agrees on the key of a name that has to be encoded", async () => {
    const coordinator = await nodes.connect("a");
    for (const [name, encoded] of [
      ["array 7/lun 1", "array%207%2Flun%201"],
      ["50%", "50%25"],
      ["größe", "gr%C3%B6%C3%9Fe"],
    ] as const) {
      await using holder = etcdctlLock(encoded);
      await holder.line();
      assert.equal(await coordinator.tryAcquire(name), undefined, name);
      holder.signal("SIGTERM");
      await (await coordinator.acquire(name, { timeoutMs: 10_000 })).release();
    }
  });

  it("keeps a name apart from the names that begin with it and a slash", async () => {
    const lock = await (await nodes.connect("a")).acquire("a/b");
    await using holder = etcdctlLock("a");
    await holder.line();
    lock.assertHeld();
    await lock.release();
  });

  it("waits for several locks while etcdctl holds one, and for Go's elections as well", async () => {
    const coordinator = await nodes.connect("a");
    await using holder = etcdctlLock("volume-43");
    await holder.line();
    await using leader = startEtcdctlElect(endpoints, queue("volume-44"));
    await leader.line();
    assert.equal(await coordinator.tryAcquire(["volume-42", "volume-43"]), undefined);
    assert.equal(await coordinator.tryAcquire(["volume-42", "volume-44"]), undefined);
    const waiting = coordinator.acquire(["volume-42", "volume-43", "volume-44"], { timeoutMs: 10_000 });
    await nodes.untilQueued("volume-43", 2);
    holder.signal("SIGTERM");
    assert.equal(await settledWithin(500, waiting), false);
    leader.signal("SIGTERM");
    await (await waiting).release();
  });
});
