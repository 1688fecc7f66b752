import assert from "node:assert/strict";
import { EtcdError } from "../dist/errors.js";
import type { CallOptions, KeyValue, TxnRequest, TxnResponse } from "../dist/etcd/port.js";
import { createEtcdTokenGate, type EtcdTokenGate } from "../dist/fencing/etcd-token-gate.js";
import { FencingToken } from "../dist/fencing/fencing-token.js";

const token = FencingToken.from(42n);
const TEXT = "00000000000000000042";
const KEY = "fenceline/gates/volume%2F1";

interface Call {
  readonly request: TxnRequest;
  readonly options: CallOptions | undefined;
}

const done: Partial<TxnResponse> = { succeeded: true, results: [{ type: "put" }] };

/** What a transaction answers whose condition failed: the key as it is. */
function found(value?: string, modRevision = 7n): Partial<TxnResponse> {
  const kv: KeyValue = {
    key: KEY,
    value: Buffer.from(value ?? ""),
    createRevision: 1n,
    modRevision,
    lease: 0n,
  };
  const kvs = value === undefined ? [] : [kv];
  return { succeeded: false, results: [{ type: "range", kvs, count: kvs.length }] };
}

/** A gate over an etcd that answers what it is told to, and keeps what it was asked. */
function createScripted(...answers: (Partial<TxnResponse> | Error)[]): {
  readonly gate: EtcdTokenGate;
  readonly calls: Call[];
} {
  const calls: Call[] = [];
  const port = {
    async txn(request: TxnRequest, options?: CallOptions): Promise<TxnResponse> {
      calls.push({ request, options });
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      assert.ok(answer, "asked more often than expected");
      return { revision: 9n, raftTerm: 1n, repeated: false, ...answer } as TxnResponse;
    },
  };
  return { gate: createEtcdTokenGate({ port, prefix: "fenceline/gates/" }), calls };
}

// What every gate does is tested by the token gate contract; here is how this one asks etcd.
describe("createEtcdTokenGate", () => {
  const write = (gate: EtcdTokenGate) =>
    gate.guardedTxn("volume/1", token, (txn) => txn.put("host").value("a").get("size"));

  it("asks once when the token is the newest already, and leaves the gate's key alone", async () => {
    const { gate, calls } = createScripted(done);
    await write(gate);
    assert.equal(calls.length, 1);
    assert.deepEqual(calls[0]?.request.compare, [
      { target: "value", key: KEY, result: "equal", value: TEXT },
    ]);
    assert.deepEqual(calls[0]?.request.success, [
      { type: "put", key: "host", value: "a" },
      { type: "range", key: "size" },
    ]);
  });

  for (const [stored, modRevision] of [
    [undefined, 0n],
    ["00000000000000000041", 7n],
  ] as const) {
    it(`puts the token in the place of ${stored ?? "nothing"} with the writes, if nobody has meanwhile`, async () => {
      const { gate, calls } = createScripted(found(stored), done);
      await write(gate);
      const [, second] = calls;
      assert.ok(second);
      const { compare, success } = second.request;
      assert.deepEqual(compare, [{ target: "mod", key: KEY, result: "equal", value: modRevision }]);
      assert.deepEqual(success.at(-1), { type: "put", key: KEY, value: TEXT });
      assert.equal(success.length, 3);
    });
  }

  it("looks again when somebody else came between", async () => {
    const { gate, calls } = createScripted(
      found(),
      found("00000000000000000040", 8n),
      found("00000000000000000041", 9n),
      found(TEXT, 10n),
      done,
    );
    await write(gate);
    assert.deepEqual(
      calls.map(({ request }) => request.compare[0]?.value),
      [TEXT, 0n, 8n, 9n, TEXT],
    );
  });

  it("refuses when a newer token came between", async () => {
    const { gate } = createScripted(found(), found("00000000000000000043"));
    await assert.rejects(write(gate), { code: "stale_token", resource: "volume/1", newest: 43n });
  });

  it("gives what the transaction read", async () => {
    const { gate } = createScripted({ ...found("5 GiB"), succeeded: true, revision: 12n });
    assert.deepEqual(await write(gate), { revision: 12n, values: [Buffer.from("5 GiB")] });
  });

  it("repeats an admission that got no answer, but never a write", async () => {
    const { gate, calls } = createScripted(done, done);
    await gate.admit("volume/1", token);
    await write(gate);
    assert.deepEqual(
      calls.map(({ options }) => options?.repeatable),
      [true, false],
    );
  });

  it("hands on the error of a write with an unknown outcome, and does not try again", async () => {
    const { gate, calls } = createScripted(new EtcdError("etcd_outcome_unknown", "no answer"));
    await assert.rejects(write(gate), { code: "etcd_outcome_unknown" });
    assert.equal(calls.length, 1);
  });

  const unreadable = [
    "",
    "41",
    "0000000000000000041",
    "000000000000000000041",
    "0000000000000000004x",
    "-0000000000000000041",
    "00000000000000000041\n",
    "09223372036854775808",
    "99999999999999999999",
    "{}",
  ];
  for (const stored of unreadable) {
    it(`neither admits nor refuses over a stored ${JSON.stringify(stored)}, but says that it is no token`, async () => {
      const { gate } = createScripted(found(stored));
      await assert.rejects(write(gate), { code: "unreadable_token", resource: "volume/1", stored });
    });
  }

  it("reads the smallest and the largest token", async () => {
    const { gate: low } = createScripted(found("00000000000000000000"), done);
    await low.admit("volume/1", token);
    const { gate: high } = createScripted(found("09223372036854775807"));
    await assert.rejects(high.admit("volume/1", token), { newest: 2n ** 63n - 1n });
  });

  it("asks nothing for a transaction without writes or with bad arguments", async () => {
    const { gate, calls } = createScripted();
    const invalid = { code: "invalid_argument" };
    await assert.rejects(
      gate.guardedTxn("volume/1", token, () => {}),
      invalid,
    );
    await assert.rejects(
      gate.guardedTxn("", token, (txn) => txn.delete("host")),
      invalid,
    );
    await assert.rejects(
      gate.guardedTxn("volume/1", 42 as unknown as FencingToken, (txn) => txn.delete("host")),
      invalid,
    );
    assert.equal(calls.length, 0);
  });
});
