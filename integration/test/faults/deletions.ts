import type { Coordinator } from "@fenceline/core";
import type { EtcdCluster } from "@fenceline/testing";
import { openClient } from "../support/etcd-client.js";

/** The truth about a lock that no client can fake: what each member says when it has deleted the holder's entry. */
export interface DeletionWatch extends Disposable {
  /** When the first member said so, on the clock of `performance.now()`. */
  readonly seen: Promise<number>;
}

/** Watches the entry with which a coordinator stands in a lock's queue, at all members, past all proxies. */
export async function watchDeletion(
  etcd: EtcdCluster,
  coordinator: Coordinator,
  name: string,
): Promise<DeletionWatch> {
  const key = `fenceline/locks/${name}/${leaseOf(coordinator).toString(16)}`;
  const clients = etcd.endpoints.map((hosts) => openClient(etcd, { hosts, defaultCallOptions: () => ({}) }));
  const watchers = await Promise.all(clients.map((client) => client.watch().key(key).create()));
  return {
    seen: Promise.race(
      watchers.map(
        (watcher) => new Promise<number>((resolve) => watcher.on("delete", () => resolve(performance.now()))),
      ),
    ),
    [Symbol.dispose]() {
      for (const client of clients) client.close();
    },
  };
}

export function leaseOf({ sessionState }: Coordinator): bigint {
  if (!("leaseId" in sessionState)) throw new Error(`no session: ${sessionState.status}`);
  return sessionState.leaseId;
}
