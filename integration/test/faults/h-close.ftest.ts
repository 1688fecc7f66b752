import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, lockKey } from "@fenceline/core";
import { ownEtcd } from "../suite-etcd.js";
import { openClient } from "../support/etcd-client.js";
import { startWorker, WorkerError } from "./support/worker.js";
import { nowMs } from "./support/worker-messages.js";

const ttlMs = 5_000;

describe("a coordinator is closed", function () {
  this.timeout(60_000);
  let lockDirectory: string;
  beforeEach(() => {
    lockDirectory = mkdtempSync(join(tmpdir(), "fenceline-close-"));
  });
  afterEach(() => rmSync(lockDirectory, { recursive: true }));

  it("H1 while it holds and waits: all is settled within 1 s, and its process ends by itself", async () => {
    await using etcd = await ownEtcd();
    const options = { etcd: { hosts: etcd.endpoints }, ttlMs, lockDirectory };
    const other = await connect(options);
    await using worker = await startWorker(options);
    const scopes = [lockKey("process", "devices"), lockKey("node", "lioadm"), "volume"];
    const held = await Promise.all(scopes.map((key) => worker.acquire(key)));
    await other.acquire("elsewhere");
    const next = other.acquire("volume", { timeoutMs: 20_000 });

    const waits = [...scopes, "elsewhere"].map((key) =>
      worker.acquire(key, 60_000).then(
        () => assert.fail("granted"),
        (error: unknown) => {
          assert.ok(error instanceof WorkerError, `${error}`);
          return error;
        },
      ),
    );
    await sleep(500);
    const closedMs = nowMs();
    const code = await worker.close();
    const tookMs = Math.round(nowMs() - closedMs);
    const ends = await Promise.all(waits);
    assert.deepEqual(
      ends.map((end) => end.code),
      Array(ends.length).fill("coordinator_closed"),
    );
    const lastMs = Math.round(Math.max(...ends.map(({ ms }) => ms)) - closedMs);
    console.log(`      waits ended within ${lastMs} ms, the process within ${tookMs} ms`);
    assert.ok(lastMs <= 1_000, `${lastMs} ms`);
    assert.equal(code, 0);
    assert.ok(tookMs <= 2_000, `${tookMs} ms`);

    await Promise.all(held.map(({ aborted }) => aborted));
    assert.ok((await next).token > (held[2]?.token ?? 0n));
    assert.ok(nowMs() - closedMs < ttlMs, "the lock was free only when its lease had run out");
    await other.close();
    using client = openClient(etcd);
    assert.deepEqual(await client.getAll().prefix("fenceline/").keys(), []);
    assert.deepEqual((await client.leaseClient.leaseLeases()).leases, []);
  });

  it("H1 while no member answers: all waits end within 1 s, and its process ends by itself", async () => {
    await using etcd = await ownEtcd();
    const options = { etcd: { hosts: etcd.endpoints }, ttlMs, lockDirectory };
    await using worker = await startWorker(options);
    await worker.acquire("volume");
    const waiting = worker.acquire("volume", 60_000).catch((error: unknown) => error);
    await etcd.members[0]?.pause();
    const asking = worker.acquire("another", 60_000).catch((error: unknown) => error);
    await sleep(200);
    const closedMs = nowMs();
    const code = await worker.close();
    const tookMs = Math.round(nowMs() - closedMs);
    for (const end of await Promise.all([waiting, asking])) {
      assert.ok(end instanceof WorkerError, `${end}`);
      assert.equal(end.code, "coordinator_closed");
      assert.ok(end.ms - closedMs <= 1_000, `${end.ms - closedMs} ms`);
    }
    console.log(`      the process ended within ${tookMs} ms`);
    assert.equal(code, 0);
    assert.ok(tookMs <= 10_000, `${tookMs} ms`);
    await etcd.members[0]?.resume();
  });
});
