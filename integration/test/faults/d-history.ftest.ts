import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { FencelineError } from "@fenceline/core";
import { needsEtcdctl } from "../neighbours/requirements.js";
import { abortOf, FAST, type Lab, openLab } from "./lab.js";

const run = promisify(execFile);

describe("D11: etcd's history is compacted under a waiter", function () {
  this.timeout(30_000);
  const ttlMs = 10_000;

  for (const [when, restart] of [
    ["", false],
    [", and its watch breaks", true],
  ] as const) {
    it(`D11 beyond what it has seen${when}: it is granted when its turn comes`, async () => {
      await using lab = await openLab(FAST);
      const [a, b] = [await lab.connect({ ttlMs }), await lab.connect({ ttlMs })];
      const held = await a.acquire("volume");
      const waiting = b.acquire("volume", { timeoutMs: 20_000 });
      await lab.untilQueued("volume", 2);
      await sleep(200); // its watch is open
      for (let i = 0; i < 20; i += 1) await lab.client.put("noise").value(String(i));
      const { header } = await lab.client.kv.range({ key: Buffer.from("noise") });
      await lab.client.kv.compact({ revision: header.revision, physical: true });
      if (restart) await lab.etcd.members[0]?.restart();
      if (restart) await sleep(1_000); // it has come back
      await held.release();
      const releasedAt = performance.now();
      const next = await waiting;
      const waitedMs = Math.round(performance.now() - releasedAt);
      // Far below the TTL, after which it would have looked without a watch.
      assert.ok(waitedMs <= 500, `granted ${waitedMs} ms after the release`);
      assert.ok(next.token > held.token);
      await lab.assertNothingLeft();
    });
  }
});

describe("D12: etcd is restored from a snapshot", function () {
  this.timeout(30_000);
  before(needsEtcdctl);
  const ttlMs = 3_000;
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "fenceline-snapshot-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const save = (lab: Lab): Promise<unknown> =>
    run("etcdctl", ["snapshot", "save", join(directory, "db")], {
      env: { ...process.env, ETCDCTL_ENDPOINTS: lab.etcd.endpoints.join() },
    });

  /** Replaces the data of the only member while it does not run. */
  async function restore(lab: Lab, flags: readonly string[]): Promise<void> {
    const [member] = lab.etcd.members;
    assert.ok(member);
    const given = readFileSync(`/proc/${member.pid}/cmdline`, "utf8").split("\0");
    const same = ["name", "data-dir", "initial-cluster", "initial-advertise-peer-urls"].map(
      (name) => given.find((flag) => flag.startsWith(`--${name}=`)) as string,
    );
    await member.kill();
    await rm(same[1]?.replace("--data-dir=", "") ?? "", { recursive: true });
    await run("etcdctl", ["snapshot", "restore", join(directory, "db"), ...same, ...flags]);
    await member.restart();
  }

  const isRefusal = (error: unknown): boolean => FencelineError.is(error, "etcd_cluster_changed");

  it("D12 to an earlier revision: a coordinator that knows better refuses, and so do its holder and waiter", async () => {
    await using lab = await openLab(FAST);
    const [a, b] = [await lab.connect({ ttlMs }), await lab.connect({ ttlMs: 20_000 })];
    const lock = await a.acquire("volume");
    const waiting = b.acquire("volume");
    const refused = assert.rejects(waiting, isRefusal);
    await lab.untilQueued("volume", 2);
    await save(lab);
    for (let i = 0; i < 50; i += 1) await lab.client.put("noise").value(String(i));
    await lock.guardedTxn((txn) => txn.put("data").value("mine")); // it has seen a later revision
    await b.withLock("another", () => {});
    const aborted = abortOf(lock);
    const restoringAt = performance.now();
    await restore(lab, []);
    const toldMs = Math.round((await aborted) - restoringAt);
    assert.ok(toldMs <= ttlMs, `told after ${toldMs} ms`);
    await refused;
    await assert.rejects(a.acquire("another"), isRefusal);
    await assert.rejects(b.tryAcquire("another"), isRefusal);

    const fresh = await lab.connect({ ttlMs });
    await fresh.withLock("another", { timeoutMs: 5_000 }, () => {});
  });

  it("D12 as another cluster, ahead of the first: a coordinator of the first refuses", async () => {
    await using lab = await openLab(FAST);
    const a = await lab.connect({ ttlMs });
    const lock = await a.acquire("volume");
    await save(lab);
    const aborted = abortOf(lock);
    const restoringAt = performance.now();
    await restore(lab, ["--initial-cluster-token=another"]);
    for (let i = 0; i < 50; i += 1) await lab.client.put("noise").value(String(i));
    const toldMs = Math.round((await aborted) - restoringAt);
    assert.ok(toldMs <= ttlMs, `told after ${toldMs} ms`);
    await assert.rejects(a.acquire("another"), isRefusal);
    const fresh = await lab.connect({ ttlMs });
    await fresh.withLock("another", { timeoutMs: 5_000 }, () => {});
  });
});
