import { setTimeout as sleep } from "node:timers/promises";
import { toBase64 } from "../etcd-gateway.js";
import type { InjectFault, Lab } from "../lab.js";
import { TTL_MS } from "../messages.js";
import { listQueueEntries, type QueueEntry } from "../queue-entries.js";
import { nowMs } from "../recorder.js";

/** How long an operator tries, while the cluster is away. */
const TRIES = 40;
const RETRY_MS = 250;

interface RangeAnswer {
  readonly header: { readonly revision: string };
  readonly kvs?: readonly unknown[];
}

/** Revokes the lease of a holder: the session learns of it with its next renewal. */
export const revokeLease: InjectFault = async (lab, fault, fired) => {
  const { key, leaseId, worker } = await findHolder(lab);
  const fromMs = nowMs();
  const revision = await persistently(async () => {
    // It is gone already when the answer to an earlier attempt was lost.
    await lab.gateway.call("lease/revoke", { ID: leaseId }).catch(() => {});
    const { header, kvs = [] } = await lab.gateway.call<RangeAnswer>("kv/range", { key: toBase64(key) });
    if (kvs.length > 0) throw new Error("the lease could not be revoked");
    return BigInt(header.revision);
  });
  lab.breaks.push({ what: "lease", worker, revision, fromMs, untilMs: nowMs() + TTL_MS });
  fired();
  await sleep(fault.durationMs);
};

/** Deletes the entry of a holder: it learns of it with its next guarded write, and not before. */
export const deleteLockKey: InjectFault = async (lab, fault, fired) => {
  const { createRevision, key, lock, operation } = await findHolder(lab);
  const fromMs = nowMs();
  const compare = {
    target: "CREATE",
    result: "EQUAL",
    key: toBase64(key),
    create_revision: `${createRevision}`,
  };
  const success = [{ request_delete_range: { key: toBase64(key) } }];
  await persistently(() => lab.gateway.call("kv/txn", { compare: [compare], success }));
  lab.breaks.push({ what: "entry", lock, operation, fromMs, untilMs: nowMs() + TTL_MS });
  fired();
  await sleep(fault.durationMs);
};

/** Compacts all history up to now, under watches. */
export const compact: InjectFault = async (lab, fault, fired) => {
  await persistently(async () => {
    const { header } = await lab.gateway.call<RangeAnswer>("kv/range", { key: toBase64("probe") });
    await lab.gateway.call("kv/compaction", { revision: header.revision, physical: true });
  });
  fired();
  await sleep(fault.durationMs);
};

/** Defragments one member after the other; each stands still meanwhile. */
export const defragment: InjectFault = async (lab, fault, fired) => {
  for (const member of lab.cluster.members.keys()) {
    await persistently(() => lab.gateway.callMember(member, "maintenance/defragment", {}));
  }
  fired();
  await sleep(fault.durationMs);
};

/** Who stands first in the longest queue. */
async function findHolder({ gateway }: Lab): Promise<QueueEntry> {
  return persistently(async () => {
    const entries = await listQueueEntries(gateway);
    const waitersOf = (lock: string): number => entries.filter((entry) => entry.lock === lock).length;
    // Entries come in the order of their age: the first of a queue is the holder.
    const [holder] = entries.toSorted((one, other) => waitersOf(other.lock) - waitersOf(one.lock));
    if (holder === undefined) throw new Error("no lock is held");
    return holder;
  });
}

async function persistently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(RETRY_MS);
    }
  }
}
