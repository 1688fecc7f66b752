import type { Bytes, Compare, KeyValue, Op, OpResult, RangeOp, TxnRequest } from "@fenceline/core/etcd-port";

/** What etcd keeps: keys with their revisions, in memory. */
export interface EtcdStore {
  readonly revision: bigint;
  /** Does a transaction; all its writes get one new revision, none when it writes nothing. */
  txn(request: TxnRequest): {
    readonly succeeded: boolean;
    readonly results: readonly OpResult[];
    readonly deleted: readonly string[];
  };
  get(key: string): KeyValue | undefined;
  /** All keys that begin with `prefix`. */
  keys(prefix: string): string[];
  /** The operations that a transaction would do now, those of the transactions inside it too. */
  chosenBy(request: TxnRequest): readonly Op[];
  /** What is stored now, as a store of its own. */
  copy(): EtcdStore;
}

interface Stored extends KeyValue {
  readonly version: bigint;
}

/** A transaction whose compares have been evaluated, and those of the transactions inside the branch it takes. */
interface Judged {
  readonly succeeded: boolean;
  readonly ops: readonly (Exclude<Op, { type: "txn" }> | { readonly type: "txn"; readonly txn: Judged })[];
}

export function createEtcdStore(): EtcdStore {
  return createStore(new Map(), 1n);
}

function createStore(stored: Map<string, Stored>, firstRevision: bigint): EtcdStore {
  let revision = firstRevision;

  const inRange = (key: Bytes, rangeEnd: Bytes | undefined): Stored[] => {
    const from = text(key);
    if (rangeEnd === undefined) {
      const one = stored.get(from);
      return one === undefined ? [] : [one];
    }
    const end = text(rangeEnd);
    return [...stored.values()].filter((kv) => kv.key >= from && kv.key < end).sort(byKey);
  };

  const holds = (compare: Compare): boolean => {
    if (compare.target === "value") {
      const found = inRange(compare.key, undefined)[0];
      if (found === undefined) return false;
      return fits(Buffer.compare(found.value, bytes(compare.value)), compare.result);
    }
    const { target, value, result } = compare;
    const found = inRange(compare.key, compare.rangeEnd);
    const numbers =
      found.length === 0
        ? [0n]
        : found.map((kv) =>
            target === "create" ? kv.createRevision : target === "mod" ? kv.modRevision : kv.version,
          );
    return numbers.every((number) => fits(number < value ? -1 : number > value ? 1 : 0, result));
  };

  const range = (op: RangeOp): OpResult => {
    let kvs: Stored[] = inRange(op.key, op.rangeEnd);
    const count = kvs.length;
    if (op.maxCreateRevision !== undefined && op.maxCreateRevision > 0n) {
      const max = op.maxCreateRevision;
      kvs = kvs.filter((kv) => kv.createRevision <= max);
    }
    if (op.order !== undefined) {
      const sign = op.order === "oldest-first" ? 1 : -1;
      kvs.sort((a, b) => sign * Number(a.createRevision - b.createRevision));
    }
    return { type: "range", kvs: op.countOnly === true ? [] : kvs.slice(0, op.limit ?? kvs.length), count };
  };

  /** As etcd does: all compares, nested ones too, see the store as it is before the transaction. */
  const judge = (request: TxnRequest): Judged => {
    const succeeded = request.compare.every(holds);
    const ops = succeeded ? request.success : (request.failure ?? []);
    return {
      succeeded,
      ops: ops.map((op) => (op.type === "txn" ? { type: "txn", txn: judge(op.txn) } : op)),
    };
  };

  const run = ({ succeeded, ops }: Judged, next: bigint, deleted: string[]) => ({
    succeeded,
    results: ops.map((op) => apply(op, next, deleted)),
  });

  const apply = (op: Judged["ops"][number], next: bigint, deleted: string[]): OpResult => {
    switch (op.type) {
      case "range":
        return range(op);
      case "txn":
        return { type: "txn", ...run(op.txn, next, deleted) };
      case "delete": {
        const found = inRange(op.key, op.rangeEnd);
        for (const { key } of found) {
          stored.delete(key);
          deleted.push(key);
        }
        if (found.length > 0) revision = next;
        return { type: "delete", deleted: found.length };
      }
      case "put": {
        const key = text(op.key);
        const before = stored.get(key);
        stored.set(key, {
          key,
          value: bytes(op.value),
          createRevision: before?.createRevision ?? next,
          modRevision: next,
          version: (before?.version ?? 0n) + 1n,
          lease: op.lease ?? 0n,
        });
        revision = next;
        return { type: "put" };
      }
    }
  };

  return {
    get revision() {
      return revision;
    },
    txn(request) {
      const deleted: string[] = [];
      return { ...run(judge(request), revision + 1n, deleted), deleted };
    },
    get: (key) => stored.get(key),
    keys: (prefix) => [...stored.keys()].filter((key) => key.startsWith(prefix)),
    chosenBy: (request) => leaves(judge(request)),
    copy: () => createStore(new Map(stored), revision),
  };
}

function leaves({ ops }: Judged): readonly Op[] {
  return ops.flatMap((op) => (op.type === "txn" ? leaves(op.txn) : [op]));
}

function fits(order: number, result: Compare["result"]): boolean {
  switch (result) {
    case "equal":
      return order === 0;
    case "notEqual":
      return order !== 0;
    case "greater":
      return order > 0;
    case "less":
      return order < 0;
  }
}

function byKey(a: Stored, b: Stored): number {
  return a.key < b.key ? -1 : 1;
}

function text(value: Bytes): string {
  return typeof value === "string" ? value : Buffer.from(value).toString();
}

function bytes(value: Bytes): Buffer {
  return Buffer.from(value as Uint8Array);
}
