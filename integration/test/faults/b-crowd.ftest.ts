import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connect } from "@fenceline/core";
import { startChild } from "../neighbours/child.js";
import { ownEtcd } from "../suite-etcd.js";
import { openClient } from "../support/etcd-client.js";
import { type EtcdCounters, readCounters } from "./processes/etcd-counters.js";

const program = fileURLToPath(new URL("./processes/crowd-process.js", import.meta.url));
const PROCESSES = 4;
/** So long that no renewal and no look once in a TTL is counted. */
const options = { namespace: "crowd", ttlMs: 900_000 };

describe("a queue of many", () => {
  it("B5 serves a thousand nodes first come, first served, for as many calls and events a grant as for few", async function () {
    this.timeout(180_000);
    const few = await serve(20);
    const many = await serve(1_000);
    for (const { calls, events, queued, served, size } of [few, many]) {
      assert.deepEqual(served, queued, `order of ${size}`);
      // One to release, one to see that it is the first now; a little for those who come and go.
      assert.ok(calls < 2.2, `${calls} calls a grant for ${size}`);
      assert.ok(events < 1.1, `${events} events a grant for ${size}`);
    }
    assert.ok(many.calls <= few.calls * 1.1, `${many.calls} calls a grant, ${few.calls} for few`);
  });
});

/** Lets nodes of several processes queue up behind a holder, and counts what serving them costs etcd. */
async function serve(size: number) {
  await using etcd = await ownEtcd();
  const hosts = [...etcd.endpoints];
  await using holder = await connect({ ...options, etcd: { hosts }, node: "holder" });
  using client = openClient(etcd);
  const queue = () => client.getAll().prefix("crowd/locks/").sort("Create", "Ascend").strings();
  const held = await holder.acquire("volume");
  const crowd = Array.from({ length: PROCESSES }, (_, i) => {
    const args = [JSON.stringify({ ...options, etcd: { hosts } }), "volume", `p${i}`, `${size / PROCESSES}`];
    return startChild(process.execPath, [program, ...args]);
  });
  for (const child of crowd) await child.line();
  for (const child of crowd) child.goOn();
  let entries: Record<string, string> = {};
  while (Object.keys(entries).length < size + 1) entries = await queue();
  const queued = Object.values(entries)
    .map((owner) => (JSON.parse(owner) as { node: string }).node)
    .slice(1);

  const before = await untilQuiet(hosts[0] as string);
  await held.release();
  const granted = await Promise.all(
    crowd.map(async (child) => {
      const lines: string[] = [];
      while (lines.length < size / PROCESSES) lines.push(await child.line());
      return lines;
    }),
  );
  await Promise.all(crowd.map(({ ended }) => ended));
  const after = await readCounters(hosts[0] as string);
  const served = granted
    .flat()
    .map((line) => line.split(" ") as [string, string])
    .sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -1 : 1))
    .map(([, node]) => node);
  return {
    size,
    queued,
    served,
    calls: (after.calls - before.calls) / size,
    events: (after.events - before.events) / size,
  };
}

/** Waits until nobody asks any more: all watch, and have looked again. */
async function untilQuiet(endpoint: string): Promise<EtcdCounters> {
  for (let before = await readCounters(endpoint); ; ) {
    await sleep(500);
    const now = await readCounters(endpoint);
    if (now.calls === before.calls) return now;
    before = now;
  }
}
