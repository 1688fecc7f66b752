import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { EtcdCluster } from "@fenceline/testing";
import { openClient } from "../../support/etcd-client.js";
import { nowMs } from "./worker-messages.js";

/** What members of etcd say about the ends of locks, which no client can fake. */
export interface Deletions extends AsyncDisposable {
  /** When the first of them has deleted an entry of the lock. */
  untilDeleted(lock: string): Promise<number>;
}

/** Watches all queues of a namespace through these members, each by itself. */
export async function watchDeletions(
  etcd: EtcdCluster,
  endpoints: readonly string[],
  namespace = "fenceline",
): Promise<Deletions> {
  const prefix = `${namespace}/locks/`;
  const seen = new Map<string, number>();
  const listeners = new Map<string, (ms: number) => void>();
  const auth = etcd.auth && { username: "root", password: etcd.auth.rootPassword };
  const clients = endpoints.map((hosts) =>
    openClient(etcd, { hosts, defaultCallOptions: () => ({}), ...(auth && { auth }) }),
  );
  const watchers = await Promise.all(
    clients.map(async (client) => {
      const watcher = await client.watch().prefix(prefix).create();
      watcher.on("delete", ({ key }) => {
        const lock = key.toString().slice(prefix.length).split("/")[0] as string;
        if (seen.has(lock)) return;
        seen.set(lock, nowMs());
        listeners.get(lock)?.(nowMs());
      });
      return watcher;
    }),
  );
  return {
    async untilDeleted(lock) {
      return seen.get(lock) ?? new Promise((resolve) => listeners.set(lock, resolve));
    },
    async [Symbol.asyncDispose]() {
      // One that is not cancelled goes on with reconnecting, for ever.
      await Promise.all(watchers.map((watcher) => watcher.cancel()));
      for (const client of clients) client[Symbol.dispose]();
    },
  };
}

/** The holder must be told before the first member deletes its entry. Resolves with how long before, in milliseconds. */
export async function assertToldBefore(deleted: Promise<number>, aborted: Promise<number>): Promise<number> {
  const deletedMs = await deleted;
  const abortedMs = await Promise.race([aborted, sleep(1_000, undefined)]);
  assert.ok(abortedMs !== undefined, "the entry is deleted, and the holder was not told");
  const leadMs = Math.round(deletedMs - abortedMs);
  assert.ok(abortedMs < deletedMs, `the holder was told ${-leadMs} ms after the deletion`);
  return leadMs;
}
