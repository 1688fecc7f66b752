import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { Etcd3 } from "etcd3";
import { ownEtcd, suiteEtcd } from "./suite-etcd.js";
import { openClient } from "./support/etcd-client.js";

/** What transactions that travel together rely on, asked of etcd itself. */
describe("transactions within a transaction", () => {
  const absent = (key: string) => ({
    key: Buffer.from(key),
    target: "Create" as const,
    result: "Equal" as const,
    create_revision: "0",
  });
  const put = (key: string) => ({ request_put: { key: Buffer.from(key), value: Buffer.from("") } });
  const within = (txn: object) => ({ request_txn: txn });
  const newKey = () => `nested/${randomUUID()}`;

  it("are all judged before any of them writes", async () => {
    using client = openClient(await suiteEtcd());
    const [a, b] = [newKey(), newKey()];
    await client.kv.txn({
      compare: [],
      success: [
        within({ compare: [], success: [put(a)], failure: [] }),
        within({ compare: [absent(a)], success: [put(b)], failure: [] }),
      ],
      failure: [],
    } as never);
    assert.equal(await client.get(b).string(), "", "the second has seen what the first wrote");
  });

  it("get one revision for all that they write", async () => {
    using client = openClient(await suiteEtcd());
    const keys = [newKey(), newKey(), newKey()];
    const { header } = await client.kv.txn({
      compare: [],
      success: keys.map((key) => within({ compare: [], success: [put(key)], failure: [] })),
      failure: [],
    } as never);
    for (const key of keys)
      assert.equal((await client.get(key).exec()).kvs[0]?.create_revision, header.revision);
  });

  it("are refused whole when one of them cannot be", async () => {
    using client = openClient(await suiteEtcd());
    const [a, b] = [newKey(), newKey()];
    const withoutLease = { request_put: { key: Buffer.from(b), value: Buffer.from(""), lease: "12345" } };
    const txn = client.kv.txn({
      compare: [],
      success: [
        within({ compare: [], success: [put(a)], failure: [] }),
        within({ compare: [absent(b)], success: [withoutLease], failure: [] }),
      ],
      failure: [],
    } as never);
    await assert.rejects(txn, /requested lease not found/);
    assert.equal(await client.get(a).string(), null, "half of it was done");
  });

  it("are counted over their depth, up to 128", async () => {
    using client = openClient(await suiteEtcd());
    const send = (count: number) =>
      client.kv.txn({
        compare: [],
        success: Array.from({ length: count }, () =>
          within({ compare: [], success: [put(newKey()), put(newKey())], failure: [] }),
        ),
        failure: [],
      } as never);
    await send(126);
    await assert.rejects(send(127), /too many operations/);
  });

  it("are held to the permissions of what stands beside them, also in the branch that is not done", async () => {
    await using etcd = await ownEtcd({ auth: { user: "app", password: "secret", prefix: "mine/" } });
    const client = new Etcd3({ hosts: [...etcd.endpoints], auth: { username: "app", password: "secret" } });
    try {
      const send = (key: string) =>
        client.kv.txn({
          compare: [],
          success: [within({ compare: [], success: [put(key)], failure: [] })],
          failure: [put(key)],
        } as never);
      await send("mine/key");
      await assert.rejects(send("another's/key"), /permission denied/);
    } finally {
      client.close();
    }
  });
});
