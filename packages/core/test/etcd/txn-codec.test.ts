import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import fc from "fast-check";
import type { Compare, Op, OpResult, TxnRequest } from "../../dist/etcd/port.js";
import { decodeTxnResponse, encodeTxnRequest } from "../../dist/etcd/txn-codec.js";

/** A message as the generic reader and writer of protocol buffers know it from etcd's own definition. */
interface Message {
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
  fromObject(object: object): object;
  toObject(message: object, options: object): unknown;
}

const require = createRequire(import.meta.url);
const etcd3 = createRequire(require.resolve("etcd3"));
const protobuf = createRequire(etcd3.resolve("@grpc/proto-loader"))("protobufjs");
const proto = join(dirname(etcd3.resolve("etcd3/package.json")), "proto/rpc.proto");
const definition = new protobuf.Root().loadSync(proto, { keepCase: true }).lookup("etcdserverpb");
const txnRequest: Message = definition.lookupType("TxnRequest");
const txnResponse: Message = definition.lookupType("TxnResponse");

const bytes = fc.oneof(fc.string({ unit: "grapheme", maxLength: 300 }), fc.uint8Array({ maxLength: 300 }));
const key = fc.oneof(fc.string({ unit: "grapheme", minLength: 1 }), fc.uint8Array({ minLength: 1 }));
const revision = fc.oneof(fc.bigInt(0n, 300n), fc.bigInt(0n, 2n ** 63n - 1n));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const result = fc.constantFrom("equal", "notEqual", "greater", "less");

const compare = fc.oneof(
  fc.record({ target: fc.constant("value"), key, result, value: bytes }),
  fc.record({
    target: fc.constantFrom("create", "mod", "version"),
    key,
    result,
    value: revision,
    rangeEnd: maybe(key),
  }),
) as fc.Arbitrary<Compare>;

const { txn } = fc.letrec<{ op: Op; txn: TxnRequest }>((tie) => ({
  op: fc.oneof(
    { maxDepth: 2 },
    fc.record({ type: fc.constant("put"), key, value: bytes, lease: maybe(revision) }),
    fc.record({ type: fc.constant("delete"), key, rangeEnd: maybe(key) }),
    fc.record({
      type: fc.constant("range"),
      key,
      rangeEnd: maybe(key),
      limit: maybe(fc.nat(1000)),
      order: maybe(fc.constantFrom("oldest-first", "newest-first")),
      maxCreateRevision: maybe(revision),
      countOnly: maybe(fc.boolean()),
    }),
    fc.record({ type: fc.constant("txn"), txn: tie("txn") }),
  ) as fc.Arbitrary<Op>,
  txn: fc.record({
    compare: fc.array(compare, { maxLength: 4 }),
    success: fc.array(tie("op"), { maxLength: 4 }),
    failure: fc.array(tie("op"), { maxLength: 4 }),
  }),
}));

const buffer = (value: string | Uint8Array): Buffer => Buffer.from(value as Uint8Array);

// What a request says, in the words of etcd's definition; fields that are left out or zero are not there.
const compareOf = (one: Compare): object =>
  compact({
    result: { equal: "Equal", greater: "Greater", less: "Less", notEqual: "NotEqual" }[one.result],
    target: { create: "Create", mod: "Mod", version: "Version", value: "Value" }[one.target],
    key: buffer(one.key),
    [{ create: "create_revision", mod: "mod_revision", version: "version", value: "value" }[one.target]]:
      one.target === "value" ? buffer(one.value) : `${one.value}`,
    range_end: one.target === "value" || one.rangeEnd === undefined ? undefined : buffer(one.rangeEnd),
  });
const opOf = (op: Op): object => {
  if (op.type === "txn") return { request_txn: requestOf(op.txn) };
  const range_end = op.type === "put" || op.rangeEnd === undefined ? undefined : buffer(op.rangeEnd);
  const common = { key: buffer(op.key), range_end };
  if (op.type === "delete") return { request_delete_range: compact(common) };
  if (op.type === "put") {
    return { request_put: compact({ ...common, value: buffer(op.value), lease: op.lease && `${op.lease}` }) };
  }
  return {
    request_range: compact({
      ...common,
      limit: op.limit && `${op.limit}`,
      sort_order: op.order && { "oldest-first": "Ascend", "newest-first": "Descend" }[op.order],
      sort_target: op.order && "Create",
      max_create_revision: op.maxCreateRevision && `${op.maxCreateRevision}`,
      count_only: op.countOnly || undefined,
    }),
  };
};
const requestOf = (request: TxnRequest): object =>
  compact({
    compare: request.compare.map(compareOf),
    success: request.success.map(opOf),
    failure: (request.failure ?? []).map(opOf),
  });

/** Without what a message does not carry: zeros, first members of enumerations, empty lists. */
function compact(object: Record<string, unknown>): object {
  const entries = Object.entries(object).filter(([, value]) => {
    if (value instanceof Uint8Array) return true;
    return (
      ![undefined, 0, 0n, "0", "Equal", "Version"].includes(value as never) && (value as []).length !== 0
    );
  });
  return Object.fromEntries(entries.map(([name, value]) => [name, value]));
}

const options = { longs: String, enums: String };
/** Without empty values, which a generic reader leaves out or not as it likes. */
const comparable = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, one) => (one?.type === "Buffer" && one.data.length === 0 ? undefined : one)),
  );

describe("the codec of transactions", () => {
  it("writes what the definition of etcd reads", () => {
    fc.assert(
      fc.property(txn, (request) => {
        const read = txnRequest.toObject(txnRequest.decode(encodeTxnRequest(request)), options);
        assert.deepEqual(comparable(read), comparable(requestOf(request)));
      }),
    );
  });

  it("reads what the definition of etcd writes", () => {
    const kv = fc.record({
      key: fc.string({ unit: "grapheme" }),
      value: fc.uint8Array({ maxLength: 300 }),
      createRevision: revision,
      modRevision: revision,
      lease: revision,
    });
    const { answer } = fc.letrec<{ one: OpResult; answer: { succeeded: boolean; results: OpResult[] } }>(
      (tie) => ({
        one: fc.oneof(
          { maxDepth: 2 },
          fc.constant({ type: "put" }),
          fc.record({ type: fc.constant("delete"), deleted: fc.nat() }),
          fc.record({ type: fc.constant("range"), kvs: fc.array(kv, { maxLength: 3 }), count: fc.nat() }),
          tie("answer").map((nested) => ({ type: "txn", ...nested })),
        ) as fc.Arbitrary<OpResult>,
        answer: fc.record({ succeeded: fc.boolean(), results: fc.array(tie("one"), { maxLength: 4 }) }),
      }),
    );
    const header = fc.record({
      cluster_id: fc.bigInt(0n, 2n ** 64n - 1n).map(String),
      member_id: fc.bigInt(0n, 2n ** 64n - 1n).map(String),
      revision: revision.map(String),
      raft_term: revision.map(String),
    });
    const responseOf = (one: OpResult): object => {
      if (one.type === "put") return { response_put: {} };
      if (one.type === "delete") return { response_delete_range: { deleted: one.deleted } };
      if (one.type === "txn") return { response_txn: nestedOf(one) };
      return {
        response_range: {
          count: one.count,
          kvs: one.kvs.map((found) => ({
            key: buffer(found.key),
            value: found.value,
            create_revision: `${found.createRevision}`,
            mod_revision: `${found.modRevision}`,
            lease: `${found.lease}`,
            version: 7,
          })),
        },
      };
    };
    const nestedOf = ({ succeeded, results }: { succeeded: boolean; results: readonly OpResult[] }) => ({
      succeeded,
      responses: results.map(responseOf),
    });
    const told = (results: readonly OpResult[]): OpResult[] =>
      results.map((one) => {
        if (one.type === "txn") return { ...one, results: told(one.results) };
        if (one.type !== "range") return { ...one };
        return { ...one, kvs: one.kvs.map((kv) => ({ ...kv, value: Buffer.from(kv.value) })) };
      });
    fc.assert(
      fc.property(answer, header, ({ succeeded, results }, head) => {
        const message = txnResponse.fromObject({ header: head, ...nestedOf({ succeeded, results }) });
        const bytes = Buffer.from(txnResponse.encode(message).finish());
        assert.deepEqual(decodeTxnResponse(bytes), {
          succeeded,
          clusterId: head.cluster_id,
          revision: BigInt(head.revision),
          raftTerm: BigInt(head.raft_term),
          results: told(results),
        });
      }),
    );
  });

  it("refuses bytes that are no whole message, and hangs on none", () => {
    const whole = Buffer.from(
      txnResponse.encode(txnResponse.fromObject({ header: { revision: 5 }, succeeded: true })).finish(),
    );
    assert.throws(() => decodeTxnResponse(whole.subarray(0, 2)), RangeError);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        try {
          decodeTxnResponse(Buffer.from(noise));
        } catch (error) {
          assert.ok(error instanceof RangeError, String(error));
        }
      }),
    );
  });
});
