import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type ConnectOptions, connect } from "@fenceline/core";
import { suiteEtcd } from "../suite-etcd.js";
import { openClient } from "../support/etcd-client.js";
import type { Child } from "./child.js";
import { assertCountsAreLost, countTogether, TURNS, temporaryDirectory } from "./counting.js";
import { startEtcdctlCount, startEtcdctlLock, startFenceline, startPython, type Task } from "./processes.js";
import { needsEtcd, needsEtcdctl, needsPython } from "./requirements.js";
import { settledWithin } from "./settled.js";

/** A fleet on its way from Cinder's format to the queue: etcdctl and tooz do not see each other, we see both. */
describe("with etcdctl lock and tooz at once", () => {
  before(needsEtcd);
  before(needsEtcdctl);
  before(needsPython("python3-tooz and python3-etcd3gw", "tooz", "etcd3gw"));

  let endpoint: string;
  let directory: ReturnType<typeof temporaryDirectory>;
  beforeEach(async () => {
    endpoint = (await suiteEtcd()).endpoints[0] as string;
    directory = temporaryDirectory();
  });
  afterEach(() => directory?.[Symbol.dispose]());

  const namespace = `test/both-${randomUUID().slice(0, 8)}`;
  const options = (wire: ConnectOptions["wire"]): ConnectOptions => ({
    etcd: { hosts: [endpoint] },
    namespace,
    wire,
    ttlMs: 5_000,
  });
  const both = (): ConnectOptions => options(["etcd", "cinder"]);
  const queue = (name: string): string => `${namespace}/locks/${name}`;
  const tooz = (name: string, task: Task): Child =>
    startPython("tooz", `etcd3+${endpoint}?api_version=v3&lock_timeout=6`, [`cinder-${name}`], task);
  const startHolders = async (name: string) => {
    const holders = { etcdctl: startEtcdctlLock([endpoint], queue(name)), tooz: tooz(name, ["hold"]) };
    assert.equal(await holders.tooz.line(), "ready");
    holders.tooz.goOn();
    return { ...holders, held: [holders.etcdctl.line(), holders.tooz.line()] as const };
  };

  it("counts exactly with each of them", async () => {
    const name = randomUUID();
    const files = [directory.file("with-etcdctl"), directory.file("with-tooz")] as const;
    const [withEtcdctl, withTooz] = await countTogether(files, () => [
      startEtcdctlCount([endpoint], queue(name), TURNS, files[0]),
      startEtcdctlCount([endpoint], queue(name), TURNS, files[0]),
      tooz(name, ["count", TURNS, files[1]]),
      tooz(name, ["count", TURNS, files[1]]),
      startFenceline(both(), [name], ["count", TURNS, ...files]),
      startFenceline(both(), [name], ["count", TURNS, ...files]),
    ]);
    assert.deepEqual([withEtcdctl, withTooz], [4 * TURNS, 4 * TURNS]);
  });

  it("loses the counts of the one whose format is left out", async () => {
    const name = randomUUID();
    const file = directory.file("count");
    await assertCountsAreLost(file, 3 * TURNS, () => [
      tooz(name, ["count", TURNS, file]),
      startFenceline(options("etcd"), [name], ["count", TURNS, file]),
      startFenceline(options("etcd"), [name], ["count", TURNS, file]),
    ]);
    await assertCountsAreLost(file, 3 * TURNS, () => [
      startEtcdctlCount([endpoint], queue(name), TURNS, file),
      startFenceline(options("cinder"), [name], ["count", TURNS, file]),
      startFenceline(options("cinder"), [name], ["count", TURNS, file]),
    ]);
  });

  it("counts exactly at each step of a fleet that leaves Cinder's format", async () => {
    const [name, file] = [randomUUID(), directory.file("count")];
    const ours = (wire: ConnectOptions["wire"]): Child =>
      startFenceline(options(wire), [name], ["count", TURNS, file]);
    const first = await countTogether([file], () => [
      tooz(name, ["count", TURNS, file]),
      ours("cinder"),
      ours(["cinder", "etcd"]),
      ours(["cinder", "etcd"]),
    ]);
    const second = await countTogether([file], () => [
      startEtcdctlCount([endpoint], queue(name), TURNS, file),
      ours("etcd"),
      ours(["cinder", "etcd"]),
      ours(["cinder", "etcd"]),
    ]);
    assert.deepEqual([...first, ...second], [4 * TURNS, 4 * TURNS]);
  });

  it("keeps both out until the release, and leaves both formats clean", async () => {
    const name = randomUUID();
    using client = openClient(await suiteEtcd());
    await using coordinator = await connect(both());
    const lock = await coordinator.acquire(name);
    const { etcdctl, tooz, held } = await startHolders(name);
    assert.equal(await settledWithin(1_500, Promise.race(held)), false);
    lock.assertHeld();
    await lock.release();
    await Promise.all(held);
    etcdctl.signal("SIGTERM");
    tooz.goOn();
    await (await coordinator.acquire(name, { timeoutMs: 10_000 })).release();
    await etcdctl.ended;
    assert.deepEqual(await client.getAll().prefix(queue(name)).keys(), []);
    assert.equal(await client.get(`/tooz/lockscinder-${name}`).string(), null);
  });

  it("is granted only when both have let go", async () => {
    const name = randomUUID();
    const { etcdctl, tooz, held } = await startHolders(name);
    await Promise.all(held);
    await using coordinator = await connect({ ...both(), ttlMs: 120_000 });
    assert.equal(await coordinator.tryAcquire(name), undefined);
    const waiting = coordinator.acquire(name, { timeoutMs: 30_000 });
    assert.equal(await settledWithin(200, waiting), false);
    etcdctl.signal("SIGTERM");
    assert.equal(await settledWithin(500, waiting), false);
    tooz.goOn();
    await (await waiting).release();
  });

  it("leaves the lock to both when our process is killed", async () => {
    const name = randomUUID();
    const ours = startFenceline(both(), [name], ["hold"]);
    assert.equal(await ours.line(), "ready");
    ours.goOn();
    assert.equal(await ours.line(), "held");
    const { held } = await startHolders(name);
    assert.equal(await settledWithin(1_500, Promise.race(held)), false);
    ours.signal("SIGKILL");
    await Promise.all(held);
  });
});
