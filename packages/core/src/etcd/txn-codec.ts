import type { Compare, KeyValue, Op, OpResult, RangeOp, TxnRequest, TxnResponse } from "./port.js";
import { ProtobufReader, ProtobufWriter } from "./protobuf.js";

// etcd's messages `TxnRequest` and `TxnResponse` with what they consist of; the numbers are those of its rpc.proto:
// https://github.com/etcd-io/etcd/blob/v3.5.16/api/etcdserverpb/rpc.proto

/** The answer to a transaction, and the cluster that it comes from. */
export type TxnAnswer = Omit<TxnResponse, "repeated"> & { readonly clusterId: string };

const compareResults = { equal: 0, greater: 1, less: 2, notEqual: 3 } as const;
const compareTargets = { version: 0, create: 1, mod: 2, value: 3 } as const;
/** The field of a comparison that has the value to compare with. */
const targetFields = { version: 4, create: 5, mod: 6, value: 7 } as const;
const sortOrders = { "oldest-first": 1, "newest-first": 2 } as const;
const SORT_BY_CREATE_REVISION = 2;

export function encodeTxnRequest(request: TxnRequest): Buffer {
  const writer = new ProtobufWriter();
  writeTxn(writer, request);
  return writer.written();
}

// Each list, and each message, from its end to its beginning, as the writer wants it.

function writeTxn(writer: ProtobufWriter, { compare, success, failure = [] }: TxnRequest): void {
  for (let i = failure.length - 1; i >= 0; i -= 1) writeOp(writer, 3, failure[i] as Op);
  for (let i = success.length - 1; i >= 0; i -= 1) writeOp(writer, 2, success[i] as Op);
  for (let i = compare.length - 1; i >= 0; i -= 1) {
    const one = compare[i] as Compare;
    writer.message(1, () => writeCompare(writer, one));
  }
}

function writeCompare(writer: ProtobufWriter, compare: Compare): void {
  if (compare.target === "value") {
    writer.bytes(targetFields.value, compare.value);
  } else {
    if (compare.rangeEnd !== undefined) writer.bytes(64, compare.rangeEnd);
    writer.integer(targetFields[compare.target], compare.value);
  }
  writer.bytes(3, compare.key);
  writer.integer(2, compareTargets[compare.target]);
  writer.integer(1, compareResults[compare.result]);
}

function writeOp(writer: ProtobufWriter, field: number, op: Op): void {
  writer.message(field, () => {
    switch (op.type) {
      case "range":
        return writer.message(1, () => writeRange(writer, op));
      case "put":
        return writer.message(2, () => {
          if (op.lease !== undefined) writer.integer(3, op.lease);
          writer.bytes(2, op.value);
          writer.bytes(1, op.key);
        });
      case "delete":
        return writer.message(3, () => {
          if (op.rangeEnd !== undefined) writer.bytes(2, op.rangeEnd);
          writer.bytes(1, op.key);
        });
      case "txn":
        return writer.message(4, () => writeTxn(writer, op.txn));
    }
  });
}

function writeRange(
  writer: ProtobufWriter,
  { key, rangeEnd, limit, order, maxCreateRevision, countOnly }: RangeOp,
): void {
  if (maxCreateRevision !== undefined) writer.integer(13, maxCreateRevision);
  if (countOnly === true) writer.integer(9, 1);
  if (order !== undefined) {
    writer.integer(6, SORT_BY_CREATE_REVISION);
    writer.integer(5, sortOrders[order]);
  }
  if (limit !== undefined) writer.integer(3, limit);
  if (rangeEnd !== undefined) writer.bytes(2, rangeEnd);
  writer.bytes(1, key);
}

/** Throws `RangeError` for bytes that are no whole message. */
export function decodeTxnResponse(bytes: Buffer): TxnAnswer {
  const reader = new ProtobufReader(bytes);
  let header = { clusterId: "0", revision: 0n, raftTerm: 0n };
  let succeeded = false;
  const results: OpResult[] = [];
  while (reader.next()) {
    if (reader.field === 1) header = readHeader(reader.message());
    else if (reader.field === 2) succeeded = reader.number() !== 0;
    else if (reader.field === 3) results.push(readResult(reader.message()));
    else reader.skip();
  }
  return { ...header, succeeded, results };
}

function readHeader(reader: ProtobufReader) {
  const header = { clusterId: "0", revision: 0n, raftTerm: 0n };
  while (reader.next()) {
    if (reader.field === 1) header.clusterId = reader.bigint().toString();
    else if (reader.field === 3) header.revision = reader.bigint();
    else if (reader.field === 4) header.raftTerm = reader.bigint();
    else reader.skip();
  }
  return header;
}

function readResult(reader: ProtobufReader): OpResult {
  let result: OpResult = { type: "put" };
  while (reader.next()) {
    if (reader.field === 1) result = readRange(reader.message());
    else if (reader.field === 3) result = readDeletion(reader.message());
    else if (reader.field === 4) result = readNested(reader.message());
    else reader.skip();
  }
  return result;
}

function readRange(reader: ProtobufReader): OpResult {
  const kvs: KeyValue[] = [];
  let count = 0;
  while (reader.next()) {
    if (reader.field === 2) kvs.push(readKeyValue(reader.message()));
    else if (reader.field === 4) count = reader.number();
    else reader.skip();
  }
  return { type: "range", kvs, count };
}

function readKeyValue(reader: ProtobufReader): KeyValue {
  const kv = { key: "", value: Buffer.alloc(0), createRevision: 0n, modRevision: 0n, lease: 0n };
  while (reader.next()) {
    if (reader.field === 1) kv.key = reader.bytes().toString();
    else if (reader.field === 2) kv.createRevision = reader.bigint();
    else if (reader.field === 3) kv.modRevision = reader.bigint();
    else if (reader.field === 5) kv.value = Buffer.from(reader.bytes());
    else if (reader.field === 6) kv.lease = reader.bigint();
    else reader.skip();
  }
  return kv;
}

function readDeletion(reader: ProtobufReader): OpResult {
  let deleted = 0;
  while (reader.next()) {
    if (reader.field === 2) deleted = reader.number();
    else reader.skip();
  }
  return { type: "delete", deleted };
}

function readNested(reader: ProtobufReader): OpResult {
  let succeeded = false;
  const results: OpResult[] = [];
  while (reader.next()) {
    if (reader.field === 2) succeeded = reader.number() !== 0;
    else if (reader.field === 3) results.push(readResult(reader.message()));
    else reader.skip();
  }
  return { type: "txn", succeeded, results };
}
