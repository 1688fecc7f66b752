import { type EtcdGateway, fromBase64, type GatewayKeyValue, keysUnder } from "./etcd-gateway.js";
import { NAMESPACE } from "./messages.js";

/** An entry of a lock's queue, or Cinder's key of a lock, as everybody who looks into etcd sees it. */
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
const OWNERS_PREFIX = `${NAMESPACE}/owners/`;
const TOOZ_PREFIX = "/tooz/";
const TOOZ_LOCK = "/tooz/lockscinder-";

interface Ranges {
  readonly responses: readonly { readonly response_range: { readonly kvs?: readonly GatewayKeyValue[] } }[];
}

/** All entries that stand in queues, and all of Cinder's keys, the oldest first. */
export async function listQueueEntries(gateway: EtcdGateway): Promise<readonly QueueEntry[]> {
  const prefixes = [LOCKS_PREFIX, TOOZ_PREFIX, OWNERS_PREFIX];
  const success = prefixes.map((prefix) => ({ request_range: keysUnder(prefix) }));
  const { responses } = await gateway.call<Ranges>("kv/txn", { success });
  const [queued = [], keys = [], owners = []] = responses.map(({ response_range: { kvs = [] } }) => kvs);
  const records = new Map(owners.map(({ key, value }) => [fromBase64(key), value]));
  return [...queued.map(readQueueEntry), ...keys.map((kv) => readToozKey(kv, records))]
    .filter((entry) => entry !== undefined)
    .sort((one, other) => Number(one.createRevision - other.createRevision));
}

/** Cinder's key says nothing of its holder: that stands in a record of its own. */
function readToozKey(
  kv: GatewayKeyValue,
  records: ReadonlyMap<string, string | undefined>,
): QueueEntry | undefined {
  const key = fromBase64(kv.key);
  if (!key.startsWith(TOOZ_LOCK)) return undefined;
  const name = key.slice(TOOZ_LOCK.length);
  const { node = "", operation = "" } = readRecord(records.get(OWNERS_PREFIX + name));
  return {
    key,
    lock: `global:${name}`,
    leaseId: kv.lease ?? "",
    createRevision: BigInt(kv.create_revision ?? 0),
    worker: node,
    operation,
  };
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
