import assert from "node:assert/strict";
import { type Coordinator, FencelineError, lockKey } from "@fenceline/core";
import { Etcd3 } from "etcd3";
import { createNodes, type TestNodes } from "./nodes.js";
import { suiteEtcd } from "./suite-etcd.js";

const DELAY_MS = 300;
const huge = Buffer.alloc(1_000_000, "x");
const lie = Buffer.from(
  JSON.stringify({ v: 1, id: "x", node: "\u001b[2J", pid: 1, since: "then\nERROR", trace: "00-0" }),
);
const values: readonly (readonly [what: string, value: Buffer])[] = [
  ["nothing", Buffer.alloc(0)],
  ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28])],
  ["a megabyte", huge],
  ["a record that lies", lie],
  ["a token that is none", Buffer.from("9".repeat(20))],
];

describe("what somebody has written into a real etcd", () => {
  let nodes: TestNodes;
  let client: Etcd3;
  beforeEach(async function () {
    nodes = await createNodes(this.currentTest?.title ?? "");
    client = new Etcd3({ hosts: [...(await suiteEtcd()).endpoints] });
  });
  afterEach(async () => {
    client.close();
    await nodes[Symbol.asyncDispose]();
  });

  for (const [what, value] of values) {
    it(`makes neither a crash, nor a hang, nor a wrong grant: ${what}`, async () => {
      const [a, b, python] = [
        await nodes.connect("a"),
        await nodes.connect("b"),
        await nodes.connect("c", { wire: "cinder" }),
      ];
      const name = nodes.unique("volume");
      const key = { ...lockKey("global", name), lockDelayMs: DELAY_MS };
      const encoded = encodeURIComponent(name);
      const below = (path: string): Buffer => Buffer.from(`${nodes.namespace}/${path}`);

      // Over the holder's own entry and all sessions, and beside them.
      const lock = await a.acquire(key);
      const own = await client.getAll().prefix(nodes.namespace).keyBuffers();
      const ahead = Buffer.concat([below(`locks/${encoded}/`), Buffer.from([0xff, 0x0a])]);
      const foreign = [
        ahead,
        below(`owners/${encoded}`),
        below(`gates/${encoded}`),
        below(`marks/${encoded}`),
      ];
      foreign.push(Buffer.from(`/tooz/lockscinder-${name}`));
      for (const place of [...own, ...foreign]) await client.put(place).value(value);

      await assertNobodyElse(b, key);
      await assertNobodyElse(python, key);
      await assert.rejects(b.tokenGate().admit(name, lock.token), isTold);
      lock.assertHeld();
      await lock.guardedTxn((txn) => txn.put(nodes.unique("data")).value("mine"));

      await lock.release();
      await assertNobodyElse(b, key);
      for (const place of foreign) await client.delete().key(place);
      for (const place of own.filter((kept) => kept.includes("/locks/"))) await client.delete().key(place);
      await b.withLock(key, { timeoutMs: 10_000 }, () => {});
      await python.withLock(key, { timeoutMs: 10_000 }, () => {});
    });
  }
});

async function assertNobodyElse(coordinator: Coordinator, key: Parameters<Coordinator["acquire"]>[0]) {
  await assert.rejects(coordinator.acquire(key, { timeoutMs: 500 }), isTold);
  assert.equal(await coordinator.tryAcquire(key), undefined);
}

/** An error of ours, of a length that fits a log, that does not draw on a terminal. */
function isTold(error: unknown): boolean {
  return FencelineError.is(error) && error.message.length < 5_000 && !/\p{C}/u.test(error.message);
}
