import { type EtcdGateway, fromBase64, type GatewayKeyValue, keysUnder } from "./etcd-gateway.js";
import { NAMESPACE } from "./messages.js";

/** An entry of a lock's queue, as everybody who looks into etcd sees it. */
export interface QueueEntry {
  readonly key: string;
  /** As the history names it. */
  readonly lock: string;
  /** The lease, as decimal text. */
  readonly leaseId: string;
  readonly createRevision: bigint;
  readonly worker: string;
  readonly operation: string;
}

const LOCKS_PREFIX = `${NAMESPACE}/locks/`;

/** All entries that stand in queues, the oldest first. */
export async function listQueueEntries(gateway: EtcdGateway): Promise<readonly QueueEntry[]> {
  const range = { ...keysUnder(LOCKS_PREFIX), sort_target: "CREATE", sort_order: "ASCEND" };
  const { kvs = [] } = await gateway.call<{ kvs?: GatewayKeyValue[] }>("kv/range", range);
  return kvs.map(readQueueEntry).filter((entry) => entry !== undefined);
}

/** Reads a key; `undefined` for one that is no entry of a queue. */
export function readQueueEntry(kv: GatewayKeyValue): QueueEntry | undefined {
  const key = fromBase64(kv.key);
  if (!key.startsWith(LOCKS_PREFIX)) return undefined;
  const [name = "", lease = ""] = key.slice(LOCKS_PREFIX.length).split("/");
  const { node = "", operation = "" } = readRecord(kv.value);
  return {
    key,
    lock: `global:${decodeURIComponent(name)}`,
    leaseId: `${BigInt(`0x${lease}`)}`,
    createRevision: BigInt(kv.create_revision ?? 0),
    worker: node,
    operation,
  };
}

/** The record of an owner: what a session's key and an entry's have as their values. */
export function readRecord(value: string | undefined): {
  readonly node?: string;
  readonly operation?: string;
} {
  return value === undefined ? {} : JSON.parse(fromBase64(value));
}
