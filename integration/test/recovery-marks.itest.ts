import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connect, FencelineError, type Lock, type LockKey, lockKey } from "@fenceline/core";
import { createNodes, type TestNodes } from "./nodes.js";
import { ownEtcd, suiteEtcd } from "./suite-etcd.js";
import { openClient } from "./support/etcd-client.js";

const worker = fileURLToPath(new URL("./fixtures/worker.js", import.meta.url));

const delayed = (name: string, lockDelayMs: number): LockKey => ({ ...lockKey("global", name), lockDelayMs });

describe("recovery marks on a real etcd", function () {
  this.timeout(30_000);
  let nodes: TestNodes;
  beforeEach(async function () {
    nodes = await createNodes(this.currentTest?.title ?? "");
  });
  afterEach(() => nodes[Symbol.asyncDispose]());

  const startHolder = async (name: string, lockDelayMs: number): Promise<ChildProcess> => {
    const { endpoints } = await suiteEtcd();
    const parameters = [worker, endpoints.join(","), nodes.namespace, name, String(lockDelayMs)];
    const child = spawn(process.execPath, parameters, { stdio: ["pipe", "pipe", "inherit"] });
    const [line] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), "line");
    assert.match(line, /^held /);
    return child;
  };

  it("keep the lock of a killed holder from the next one for the delay", async () => {
    const child = await startHolder("killed", 2_000);
    const b = await nodes.connect("b");
    child.kill("SIGKILL");
    await nodes.untilQueued("killed", 0);
    const freedAt = performance.now();
    const key = delayed("killed", 2_000);
    assert.equal(await b.tryAcquire(key), undefined);
    const lock = await b.acquire(key, { timeoutMs: 10_000 });
    assert.ok(performance.now() - freedAt >= 2_000, "granted before the delay was over");
    assert.equal(lock.recoveredFrom[0]?.previous?.pid, child.pid);
    await lock.release();
    assert.deepEqual(await nodes.recoveryMarks(), []);
  });

  it("keep it from one that stood in the queue as well", async () => {
    const child = await startHolder("awaited", 2_000);
    const b = await nodes.connect("b");
    const waiting = b.acquire(delayed("awaited", 2_000), { timeoutMs: 15_000 });
    await nodes.untilQueued("awaited", 2);
    child.kill("SIGKILL");
    await nodes.untilQueued("awaited", 1);
    const freedAt = performance.now();
    const lock = await waiting;
    // The entry was seen to be gone a little after the waiter may have learned of it.
    assert.ok(performance.now() - freedAt >= 1_500, "granted before the delay was over");
    assert.equal(lock.recoveredFrom.length, 1);
  });

  it("give it to one that only tries, at the first try after the delay, on all wire formats", async () => {
    for (const wire of ["etcd", "cinder", ["cinder", "etcd"]] as const) {
      const keys = ["one", "two"].map((name) => delayed(nodes.unique(name), 1_000));
      const [a, b] = [await nodes.connect("a", { wire }), await nodes.connect("b", { wire })];
      const lost = await a.acquire(keys);
      assert.equal(await b.tryAcquire(keys), undefined);
      await nodes.revokeSessions();
      const freedAt = performance.now();
      let lock: Lock | undefined;
      while (lock === undefined) {
        await sleep(100);
        lock = await b.tryAcquire(keys).catch((error) => {
          if (!FencelineError.is(error, "session_lost")) throw error;
          return undefined;
        });
      }
      assert.ok(performance.now() - freedAt >= 1_000, "granted before the delay was over");
      assert.deepEqual(
        lock.recoveredFrom.map(({ previous }) => previous?.node),
        ["a", "a"],
      );
      await Promise.all([lock.release(), lost.release()]);
      assert.deepEqual(await nodes.recoveryMarks(), []);
    }
  });

  it("stand beside held locks and go with the release, also of a lock that was waited for", async () => {
    const [a, b] = [await nodes.connect("a"), await nodes.connect("b")];
    const keys = [delayed("one", 60_000), delayed("two", 60_000), lockKey("global", "plain")];
    const held = await a.acquire(keys);
    assert.equal((await nodes.recoveryMarks()).length, 2);
    const waiting = b.acquire(keys);
    await nodes.untilQueued("one", 2);
    await held.release();
    const next = await waiting;
    assert.deepEqual(next.recoveredFrom, []);
    assert.equal((await nodes.recoveryMarks()).length, 2);
    await next.release();
    const tried = await a.tryAcquire(keys);
    assert.equal((await nodes.recoveryMarks()).length, 2);
    await tried?.release();
    assert.deepEqual(await nodes.recoveryMarks(), []);
  });

  it("go with the release when etcd is full", async () => {
    await using etcd = await ownEtcd({ quotaBytes: 4 * 2 ** 20 });
    using client = openClient(etcd);
    await using a = await connect({ etcd: { hosts: etcd.endpoints }, node: "a" });
    const lock = await a.acquire([delayed("one", 60_000), delayed("two", 60_000)]);
    const marks = () => client.getAll().prefix("fenceline/marks/").keys();
    assert.equal((await marks()).length, 2);
    const fill = async (): Promise<void> => {
      for (let i = 0; i < 20; i += 1) await client.put(`fill/${i}`).value(Buffer.alloc(2 ** 20));
    };
    await assert.rejects(fill(), /database space exceeded/);
    await lock.release();
    assert.deepEqual(await marks(), []);
  });

  it("fit in one transaction for 42 keys, held, waited for and tried; more are refused", async () => {
    const [a, b] = [await nodes.connect("a"), await nodes.connect("b")];
    const keys = Array.from({ length: 42 }, (_, i) => delayed(`key-${i}`, 60_000));
    const held = await a.acquire(keys);
    assert.equal(await b.tryAcquire(keys), undefined);
    const waiting = b.acquire(keys);
    await nodes.untilQueued("key-41", 2);
    await held.release();
    await (await waiting).release();
    await (await b.tryAcquire(keys))?.release();
    assert.deepEqual(await nodes.recoveryMarks(), []);
    await assert.rejects(a.acquire([...keys, "one more"]), (error) =>
      FencelineError.is(error, "invalid_argument"),
    );
  });
});
