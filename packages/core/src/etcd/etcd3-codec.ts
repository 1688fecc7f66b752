import type { ICompare, IKeyValue, IRequestOp, IResponseOp, ITxnRequest } from "etcd3";
import type { Bytes, Compare, KeyValue, Op, OpResult, TxnRequest } from "./port.js";

// etcd3 takes enums by name, 64-bit integers as decimal text, and hands both out the same way.

const compareResults = { equal: "Equal", notEqual: "NotEqual", greater: "Greater", less: "Less" } as const;
const compareTargets = { create: "Create", mod: "Mod", version: "Version" } as const;
const sortOrders = { "oldest-first": "Ascend", "newest-first": "Descend" } as const;

export function encodeTxn(request: TxnRequest): ITxnRequest {
  return {
    compare: request.compare.map(encodeCompare),
    success: request.success.map(encodeOp),
    failure: (request.failure ?? []).map(encodeOp),
  };
}

function encodeCompare(compare: Compare): ICompare {
  const common = { key: toBuffer(compare.key), result: compareResults[compare.result] };
  if (compare.target === "value") {
    return { ...common, target: "Value", value: toBuffer(compare.value) } as unknown as ICompare;
  }
  const number = compare.value.toString();
  return {
    ...common,
    target: compareTargets[compare.target],
    ...(compare.rangeEnd === undefined ? {} : { range_end: toBuffer(compare.rangeEnd) }),
    ...(compare.target === "create" ? { create_revision: number } : {}),
    ...(compare.target === "mod" ? { mod_revision: number } : {}),
    ...(compare.target === "version" ? { version: number } : {}),
  } as unknown as ICompare;
}

function encodeOp(op: Op): IRequestOp {
  switch (op.type) {
    case "put":
      return {
        request_put: {
          key: toBuffer(op.key),
          value: toBuffer(op.value),
          ...(op.lease === undefined ? {} : { lease: op.lease.toString() }),
        },
      };
    case "delete":
      return { request_delete_range: { key: toBuffer(op.key), ...encodeRangeEnd(op.rangeEnd) } };
    case "txn":
      return { request_txn: encodeTxn(op.txn) } as IRequestOp;
    case "range":
      return {
        request_range: {
          key: toBuffer(op.key),
          ...encodeRangeEnd(op.rangeEnd),
          ...(op.limit === undefined ? {} : { limit: op.limit }),
          ...(op.order === undefined
            ? {}
            : { sort_order: sortOrders[op.order], sort_target: "Create" as const }),
          ...(op.maxCreateRevision === undefined
            ? {}
            : { max_create_revision: op.maxCreateRevision.toString() }),
        },
      } as IRequestOp;
  }
}

function encodeRangeEnd(rangeEnd: Bytes | undefined): { range_end?: Buffer } {
  return rangeEnd === undefined ? {} : { range_end: toBuffer(rangeEnd) };
}

export function decodeResults(responses: readonly IResponseOp[] | undefined): OpResult[] {
  return (responses ?? []).map(decodeResult);
}

function decodeResult(response: IResponseOp): OpResult {
  if (response.response_range) {
    const { count, kvs } = response.response_range;
    return { type: "range", kvs: (kvs ?? []).map(decodeKeyValue), count: Number(count) };
  }
  if (response.response_delete_range) {
    return { type: "delete", deleted: Number(response.response_delete_range.deleted) };
  }
  const nested = (response as { response_txn?: { succeeded: boolean; responses?: IResponseOp[] } | null })
    .response_txn;
  if (nested) {
    return { type: "txn", succeeded: nested.succeeded, results: decodeResults(nested.responses) };
  }
  return { type: "put" };
}

function decodeKeyValue(kv: IKeyValue): KeyValue {
  return {
    key: kv.key.toString(),
    value: kv.value,
    createRevision: BigInt(kv.create_revision),
    modRevision: BigInt(kv.mod_revision),
    lease: BigInt(kv.lease),
  };
}

export function toBuffer(bytes: Bytes): Buffer {
  if (typeof bytes === "string") return Buffer.from(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
