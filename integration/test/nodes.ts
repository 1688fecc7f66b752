import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type ConnectOptions, type Coordinator, connect } from "@fenceline/core";
import { Etcd3 } from "etcd3";
import { suiteEtcd } from "./suite-etcd.js";

/** Coordinators on the suite's etcd under a namespace of their own, and a look at what they leave there. */
export interface TestNodes extends AsyncDisposable {
  readonly namespace: string;
  connect(node: string, options?: ConnectOptions): Promise<Coordinator>;
  /** A name that no other test uses. */
  unique(name: string): string;
  /** Waits until so many stand in the queue of a lock. */
  untilQueued(name: string, length: number): Promise<void>;
  queueEntries(): Promise<string[]>;
  recoveryMarks(): Promise<string[]>;
  queueLeases(): Promise<string[]>;
  /** As an operator would: `etcdctl del --prefix`. */
  deleteQueue(name: string): Promise<void>;
  /** Puts an entry of somebody else into a queue; call what is returned to remove it. */
  putForeign(name: string): Promise<() => Promise<void>>;
  revision(): Promise<string>;
  read(key: string): Promise<string | null>;
  readRaw(key: string): Promise<{ readonly value: Buffer; readonly lease: string } | undefined>;
  /** As an operator would: `etcdctl lease revoke`. */
  revokeSessions(): Promise<void>;
}

export async function createNodes(title: string): Promise<TestNodes> {
  const etcd = await suiteEtcd();
  const namespace = `test/${title.replace(/[^a-z]+/gi, "-").slice(0, 40)}-${randomUUID().slice(0, 8)}`;
  const client = new Etcd3({ hosts: [...etcd.endpoints] });
  const coordinators: Coordinator[] = [];
  const queue = (name: string): string => `${namespace}/locks/${name}/`;
  const entries = () => client.getAll().prefix(`${namespace}/locks/`);

  return {
    namespace,
    async connect(node, options = {}) {
      const coordinator = await connect({
        etcd: { hosts: etcd.endpoints },
        node,
        namespace,
        ttlMs: 3_000,
        ...options,
      });
      coordinators.push(coordinator);
      return coordinator;
    },
    unique: (name) => `${namespace}/${name}`,
    async untilQueued(name, length) {
      for (let tries = 0; tries < 500; tries += 1) {
        if ((await client.getAll().prefix(queue(name)).keys()).length === length) return;
        await sleep(10);
      }
      assert.fail(`queue of "${name}" did not reach length ${length}`);
    },
    queueEntries: () => entries().keys(),
    recoveryMarks: () => client.getAll().prefix(`${namespace}/marks/`).keys(),
    async queueLeases() {
      return (await entries().exec()).kvs.map((kv) => kv.lease);
    },
    async deleteQueue(name) {
      await client.delete().prefix(queue(name));
    },
    async putForeign(name) {
      const key = `${queue(name)}1b4a203ab634f07`;
      await client.put(key).value("");
      return async () => {
        await client.delete().key(key);
      };
    },
    async revision() {
      return (await client.kv.range({ key: Buffer.from("x") })).header.revision;
    },
    read: (key) => client.get(key).string(),
    readRaw: async (key) => (await client.get(key).exec()).kvs[0],
    async revokeSessions() {
      const { kvs } = await client.getAll().prefix(`${namespace}/sessions/`).exec();
      for (const { lease } of kvs) await client.leaseClient.leaseRevoke({ ID: lease });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(coordinators.map((coordinator) => coordinator.close()));
      client.close();
    },
  };
}

/** Counters that come out wrong if two callers increment one of them at the same time. */
export function countersUnder(names: readonly string[]): {
  increment(wanted: readonly string[]): Promise<void>;
  assertExact(): void;
} {
  const counters = new Map(names.map((name) => [name, { counted: 0, asked: 0 }]));
  return {
    async increment(wanted) {
      const found = wanted.map((name) => counters.get(name) as { counted: number; asked: number });
      const seen = found.map((counter) => counter.counted);
      await sleep(1);
      for (const [i, counter] of found.entries()) {
        counter.counted = (seen[i] as number) + 1;
        counter.asked += 1;
      }
    },
    assertExact() {
      for (const [name, { counted, asked }] of counters) assert.equal(counted, asked, name);
    },
  };
}
