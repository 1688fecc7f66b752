import { Etcd3 } from "etcd3";
import { NAMESPACE, takenName, waitsInEtcd } from "./messages.js";

/** What etcd itself says, past the measured process. */
export interface EtcdView extends Disposable {
  counts(): Promise<EtcdCounts>;
  /** How many entries stand in queues of locks. */
  queueEntries(): Promise<number>;
  /** Puts or removes the entries, without a lease, that the waiters in etcd wait for. */
  block(waiters: number): Promise<void>;
  unblock(): Promise<void>;
  /** Forgets history, as any operator lets etcd do. */
  compact(): Promise<void>;
}

export interface EtcdCounts {
  readonly leases: number;
  readonly watches: number;
  /** Renewals that arrived since etcd was started. */
  readonly keepAlives: number;
}

const NEIGHBOUR = "neighbour";

/** @param endpoint of the only member */
export function openEtcdView(endpoint: string): EtcdView {
  const client = new Etcd3({ hosts: [endpoint] });
  const locks = client.namespace(`${NAMESPACE}/locks/`);
  let taken: string[] = [];
  let compacted: string | undefined;
  return {
    async counts() {
      const response = await fetch(`${endpoint}/metrics`);
      const metrics = await response.text();
      const { leases } = await client.leaseClient.leaseLeases();
      return {
        leases: leases.length,
        watches: readMetric(metrics, "etcd_debugging_mvcc_watcher_total"),
        keepAlives: readMetric(metrics, "grpc_server_msg_received_total", 'grpc_method="LeaseKeepAlive"'),
      };
    },
    async queueEntries() {
      return (await locks.getAll().keys()).length;
    },
    async block(waiters) {
      taken = Array.from({ length: waiters }, (_, waiter) => waiter)
        .filter(waitsInEtcd)
        .map((waiter) => `${takenName(waiter)}/${NEIGHBOUR}`);
      await Promise.all(taken.map((key) => locks.put(key).value("")));
    },
    async unblock() {
      await Promise.all(taken.map((key) => locks.delete().key(key)));
    },
    async compact() {
      const { header } = await client.kv.range({ key: Buffer.from("never") });
      // What is forgotten already is refused.
      if (header.revision === compacted) return;
      compacted = header.revision;
      await client.kv.compact({ revision: header.revision });
    },
    [Symbol.dispose]: () => client.close(),
  };
}

/** The sum over all series of a metric whose labels contain a text. */
export function readMetric(metrics: string, name: string, label = ""): number {
  return metrics
    .split("\n")
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .filter((line) => line.includes(label))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}
