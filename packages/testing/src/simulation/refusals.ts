import { EtcdError } from "@fenceline/core";
import type { Op, TxnRequest } from "@fenceline/core/etcd-port";

// What etcd refuses before it applies anything of a transaction.

/** etcd's default for `--max-txn-ops`. */
const MAX_OPS = 128;

export function refuse(message: string): never {
  throw new EtcdError("etcd_rejected", `etcdserver: ${message}`);
}

/** Refuses a transaction that is too large, or would write a key twice. Throws `EtcdError`. */
export function refuseMalformed(request: TxnRequest): void {
  if (depthOf(request) > MAX_OPS) refuse("too many operations in txn request");
  keysPutBy(request);
}

/** Whether a transaction needs space in one of its branches, as etcd counts: not in transactions within. */
export function mayPut(request: TxnRequest): boolean {
  return branchesOf(request)
    .flat()
    .some((op) => op.type === "put");
}

function depthOf(request: TxnRequest): number {
  const branches = branchesOf(request);
  const within = branches.flat().map((op) => (op.type === "txn" ? depthOf(op.txn) : 0));
  return Math.max(request.compare.length, ...branches.map((ops) => ops.length)) + Math.max(0, ...within);
}

/** The two branches may put the same keys, as only one of them is done; one branch puts each once. */
function keysPutBy(request: TxnRequest): Set<string> {
  const all = new Set<string>();
  for (const ops of branchesOf(request)) {
    const keys = ops.flatMap((op) => [
      ...(op.type === "put" ? [String(op.key)] : op.type === "txn" ? keysPutBy(op.txn) : []),
    ]);
    if (new Set(keys).size < keys.length) refuse("duplicate key given in txn request");
    for (const key of keys) all.add(key);
  }
  return all;
}

function branchesOf({ success, failure = [] }: TxnRequest): readonly (readonly Op[])[] {
  return [success, failure];
}
