/**
 * Takes locks with Fenceline for programs in other languages: `<options of connect>` as JSON. It prints the port of
 * loopback on which it listens. A connection brings one call, a line of JSON, and is answered with a line of JSON:
 * `{ "result": … }` or `{ "error": … }`.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import {
  type ConnectOptions,
  type Coordinator,
  connect,
  FencelineError,
  type Lock,
  lockLocation,
} from "@fenceline/core";
import { Etcd3 } from "etcd3";

interface Call {
  readonly call: string;
  /** Who calls; each has a session of its own. */
  readonly member: string;
  /** Names one object that takes the lock `name`, again and again. */
  readonly lock: string;
  readonly name: string;
  /** How long to wait; 0 for not at all, `null` for ever. */
  readonly timeoutMs: number | null;
}

const options = JSON.parse(process.argv[2] ?? "") as ConnectOptions & { etcd: { hosts: string[] } };
const members = new Map<string, Coordinator>();
const held = new Map<string, Lock>();

const calls: Readonly<Record<string, (call: Call) => unknown>> = {
  async start({ member }) {
    members.set(member, await connect({ ...options, node: member }));
    return true;
  },
  async stop({ member }) {
    await members.get(member)?.close();
    return members.delete(member);
  },
  async acquire({ lock: id, member, name, timeoutMs }) {
    const coordinator = members.get(member) as Coordinator;
    const lock = await (timeoutMs === 0
      ? coordinator.tryAcquire(name)
      : coordinator.acquire(name, { timeoutMs: timeoutMs ?? undefined }).catch(unlessTimeout));
    if (lock !== undefined) held.set(id, lock);
    return lock !== undefined;
  },
  /** A release never says whether the lock was still held: a guarded read does. */
  async release({ lock: id }) {
    const lock = held.get(id);
    if (lock === undefined) return false;
    held.delete(id);
    const wasHeld = await isHeldInEtcd(lock);
    await lock.release();
    return wasHeld;
  },
  held: ({ lock: id }) => held.get(id)?.held ?? false,
  /** As an operator would: deletes the keys of the lock, whoever holds it. */
  async break({ name }) {
    const { queuePrefix, toozKey } = lockLocation(name, options);
    const client = new Etcd3({ hosts: options.etcd.hosts });
    try {
      const queue = queuePrefix === undefined ? "0" : (await client.delete().prefix(queuePrefix)).deleted;
      const key = toozKey === undefined ? "0" : (await client.delete().key(toozKey)).deleted;
      return queue !== "0" || key !== "0";
    } finally {
      client.close();
    }
  },
};

function unlessTimeout(error: unknown): undefined {
  if (!FencelineError.is(error, "lock_timeout")) throw error;
}

async function isHeldInEtcd(lock: Lock): Promise<boolean> {
  try {
    await lock.guardedTxn((txn) => txn.get(`${options.namespace}/any`));
    return true;
  } catch (error) {
    if (!FencelineError.is(error, "lock_lost")) throw error;
    return false;
  }
}

async function answer(socket: Socket): Promise<void> {
  const [line] = await once(createInterface(socket), "line");
  const call = JSON.parse(line) as Call;
  const reply = await perform(call).then(
    (result) => ({ result }),
    (error: unknown) => ({ error: String(error) }),
  );
  socket.end(`${JSON.stringify(reply)}\n`);
}

async function perform(call: Call): Promise<unknown> {
  const work = calls[call.call];
  if (work === undefined) throw new Error(`no such call: ${call.call}`);
  return work(call);
}

const server = createServer((socket) => void answer(socket));
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
