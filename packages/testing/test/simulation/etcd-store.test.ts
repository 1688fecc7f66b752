import assert from "node:assert/strict";
import { createEtcdStore } from "../../dist/simulation/etcd-store.js";

describe("the store of the simulated etcd", () => {
  it("evaluates nested compares before anything of the transaction is applied", () => {
    const store = createEtcdStore();
    const absent = { target: "create", key: "a", result: "equal", value: 0n } as const;
    const { results } = store.txn({
      compare: [],
      success: [
        { type: "put", key: "a", value: "first" },
        { type: "txn", txn: { compare: [absent], success: [{ type: "put", key: "b", value: "nested" }] } },
      ],
    });
    assert.deepEqual(results[1], { type: "txn", succeeded: true, results: [{ type: "put" }] });
    assert.equal(String(store.get("b")?.value), "nested");
  });
});
