import assert from "node:assert/strict";
import { FencingToken } from "@fenceline/core";
import { type TokenGateSubject, tokenGateContract } from "@fenceline/testing";
import { Etcd3 } from "etcd3";
import { createNodes } from "./nodes.js";
import { suiteEtcd } from "./suite-etcd.js";

async function openSubject(): Promise<TokenGateSubject> {
  const nodes = await createNodes("token-gate");
  const [a, b] = await Promise.all([nodes.connect("a"), nodes.connect("b")]);
  const gates = [a.tokenGate(), b.tokenGate()] as const;
  const client = new Etcd3({ hosts: [...(await suiteEtcd()).endpoints] });
  const prefixOf = (resource: string): string => `${nodes.namespace}/log/${resource}/`;
  let writes = 0;
  return {
    gate: gates[0],
    async write(resource, token) {
      const key = prefixOf(resource) + writes++;
      const gate = writes % 2 === 0 ? gates[0] : gates[1];
      await gate.guardedTxn(resource, token, (txn) => txn.put(key).value(`${token}`));
    },
    async log(resource) {
      const { kvs } = await client.getAll().prefix(prefixOf(resource)).sort("Mod", "Ascend").exec();
      return kvs.map((kv) => BigInt(kv.value.toString()));
    },
    reopen: async () => (await nodes.connect("c")).tokenGate(),
    async [Symbol.asyncDispose]() {
      client.close();
      await nodes[Symbol.asyncDispose]();
    },
  };
}

describe("the token gate in a real etcd", () => {
  for (const { name, run } of tokenGateContract(openSubject, { runs: 30 })) it(name, run);

  it("stops at a value that somebody else has put there, and leaves it alone", async () => {
    await using nodes = await createNodes("token-gate");
    const key = `${nodes.namespace}/gates/volume%2F1`;
    const gate = (await nodes.connect("a")).tokenGate();
    const client = new Etcd3({ hosts: [...(await suiteEtcd()).endpoints] });
    try {
      for (const value of ["", "5", "!", "99999999999999999999"]) {
        await client.put(key).value(value);
        const attempt = gate.guardedTxn("volume/1", FencingToken.from(7n), (txn) => txn.put("x").value("y"));
        await assert.rejects(attempt, { code: "unreadable_token", stored: value });
        assert.equal(await client.get(key).string(), value);
      }
    } finally {
      client.close();
    }
  });

  it("refuses the write of a holder whose lock somebody has broken", async () => {
    await using nodes = await createNodes("token-gate");
    const [a, b] = await Promise.all([nodes.connect("a"), nodes.connect("b")]);
    const former = await a.acquire("volume");
    await nodes.deleteQueue("volume");
    const present = await b.acquire("volume");
    await b.tokenGate().admit("array", present.token);
    await assert.rejects(a.tokenGate().admit("array", former.token), { code: "stale_token" });
  });
});
