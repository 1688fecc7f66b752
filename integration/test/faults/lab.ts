import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type ConnectOptions,
  type Coordinator,
  connect,
  type Lock,
  type SessionState,
} from "@fenceline/core";
import { type EtcdCluster, type StartEtcdOptions, startTcpProxy, type TcpProxy } from "@fenceline/testing";
import type { Etcd3 } from "etcd3";
import { ownEtcd } from "../suite-etcd.js";
import { openClient } from "../support/etcd-client.js";

/** A cluster of its own to break, the coordinators that use it, and a client that looks past all proxies. */
export interface Lab extends AsyncDisposable {
  readonly etcd: EtcdCluster;
  readonly client: Etcd3;
  /** A line to each member, for those who connect through them. */
  readonly links: readonly TcpProxy[];
  /** On all members unless `hosts` says otherwise; closed with the lab. */
  connect(options: LabConnectOptions): Promise<Coordinator>;
  /** The keys that stand in the queue of a lock. */
  queue(name: string): Promise<string[]>;
  /** Resolves when so many stand in the queue of a lock. */
  untilQueued(name: string, length: number): Promise<void>;
  /** Closes all coordinators, and finds no key and no lease of theirs. */
  assertNothingLeft(): Promise<void>;
}

export interface LabConnectOptions extends Omit<ConnectOptions, "etcd"> {
  readonly hosts?: readonly string[];
  /** Default: that of the coordinator. */
  readonly attemptTimeoutMs?: number;
}

/** Where elections and the smallest TTL are not the point, members are quick about both. */
export const FAST: StartEtcdOptions = { heartbeatMs: 20, electionMs: 200 };

export async function openLab(options: StartEtcdOptions = {}): Promise<Lab> {
  const etcd = await ownEtcd(options);
  const client = openClient(etcd);
  const links = await Promise.all(etcd.endpoints.map((target) => startTcpProxy({ target })));
  const coordinators: Coordinator[] = [];
  const queue = (name: string): Promise<string[]> =>
    client.getAll().prefix(`fenceline/locks/${name}/`).keys();
  const closeAll = async (): Promise<void> => {
    await Promise.all(coordinators.map((coordinator) => coordinator.close()));
  };

  return {
    etcd,
    client,
    links,
    async connect({ hosts = etcd.endpoints, attemptTimeoutMs, ...rest }) {
      const coordinator = await connect({ etcd: { hosts, attemptTimeoutMs }, ...rest });
      coordinators.push(coordinator);
      return coordinator;
    },
    queue,
    async untilQueued(name, length) {
      while ((await queue(name)).length < length) await sleep(10);
    },
    async assertNothingLeft() {
      await closeAll();
      // Another member may be down.
      using look = openClient(etcd, { hosts: (await etcd.leader()).endpoint });
      assert.deepEqual(await look.getAll().prefix("fenceline/").keys(), []);
      const { leases } = await look.leaseClient.leaseLeases();
      assert.deepEqual(leases, []);
    },
    async [Symbol.asyncDispose]() {
      await closeAll();
      await Promise.all(links.map((link) => link[Symbol.asyncDispose]()));
      client.close();
      await etcd[Symbol.asyncDispose]();
    },
  };
}

/** A lock that has to be kept, with everything that its session has gone through since. */
export interface KeptLock {
  readonly lock: Lock;
  /** It is held, and its session was never lost. `meanwhile` is for the message. */
  assertKept(meanwhile?: string): void;
}

export async function hold(coordinator: Coordinator, name: string): Promise<KeptLock> {
  const lock = await coordinator.acquire(name, { timeoutMs: 10_000 });
  const heldAt = performance.now();
  const states: string[] = [];
  coordinator.onSessionState((state: SessionState) => {
    const why = state.status === "lost" ? ` (${state.error.message})` : "";
    states.push(`${state.status} after ${Math.round(performance.now() - heldAt)} ms${why}`);
  });
  return {
    lock,
    assertKept(meanwhile = "") {
      const history = states.join(", ");
      assert.ok(!/lost|closed/.test(history), `session of "${name}": ${history}. ${meanwhile}`);
      lock.assertHeld();
      assert.equal(lock.signal.aborted, false);
    },
  };
}

/** When the signal of a lock aborts, on the clock of `performance.now()`. */
export function abortOf(lock: Lock): Promise<number> {
  return new Promise((resolve) =>
    lock.signal.addEventListener("abort", () => resolve(performance.now()), { once: true }),
  );
}
