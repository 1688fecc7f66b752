import { setTimeout as sleep } from "node:timers/promises";
import { FencingToken } from "@fenceline/core";
import type { SessionEnd } from "./early-revocations.js";
import { type EtcdGateway, fromBase64, type GatewayKeyValue, keysUnder } from "./etcd-gateway.js";
import { DATA_PREFIX, NAMESPACE } from "./messages.js";
import { readQueueEntry, readRecord } from "./queue-entries.js";
import { nowMs, type Recorder } from "./recorder.js";

/** Watches all keys of the run, and writes down what etcd itself says of queues, sessions and guarded writes. */
export interface Observer {
  readonly sessionEnds: readonly SessionEnd[];
  stop(): Promise<void>;
}

interface WatchAnswer {
  readonly result: {
    readonly events?: readonly WatchEvent[];
    readonly canceled?: boolean;
    readonly compact_revision?: string;
  };
}

interface WatchEvent {
  readonly type?: "DELETE";
  readonly kv: GatewayKeyValue;
  readonly prev_kv?: GatewayKeyValue;
}

/** A watch that says nothing for so long is set at another member. */
const SILENCE_MS = 2_000;
/** How late a change may be seen, at most. */
const LATE_MS = SILENCE_MS + 1_000;

const SESSIONS_PREFIX = `${NAMESPACE}/sessions/`;

export interface ObserverOptions {
  readonly gateway: EtcdGateway;
  readonly members: number;
  readonly recorder: Recorder;
  /** Whether a worker cannot have ended its session itself: it is dead, or stands still. */
  readonly isSilent: (worker: string) => boolean;
}

export function startObserver({ gateway, isSilent, members, recorder }: ObserverOptions): Observer {
  const stopping = new AbortController();
  const sessionEnds: SessionEnd[] = [];
  let nextRevision = 1n;
  const running = run();

  async function run(): Promise<void> {
    for (let member = 0; !stopping.signal.aborted; member = (member + 1) % members) {
      await watch(member).catch(() => {});
      if (!stopping.signal.aborted) await sleep(50);
    }
  }

  async function watch(member: number): Promise<void> {
    const silence = new AbortController();
    const restart = (): void => void timer.refresh();
    const timer = setTimeout(() => silence.abort(), SILENCE_MS);
    const signal = AbortSignal.any([silence.signal, stopping.signal]);
    try {
      const request = { ...keysUnder(`${NAMESPACE}/`), start_revision: `${nextRevision}`, prev_kv: true };
      const answers = gateway.stream<WatchAnswer>(member, "watch", { create_request: request }, signal);
      for await (const { result } of answers) {
        restart();
        // What was compacted before it was seen stays unknown.
        if (result.compact_revision !== undefined) nextRevision = BigInt(result.compact_revision);
        if (result.canceled) return;
        for (const event of result.events ?? []) {
          note(event);
          nextRevision = BigInt(event.kv.mod_revision ?? 0) + 1n;
        }
      }
    } finally {
      clearTimeout(timer);
    }
  }

  function note({ kv, prev_kv: before, type }: WatchEvent): void {
    const key = fromBase64(kv.key);
    if (key.startsWith(DATA_PREFIX)) noteWrite(kv);
    else if (type !== "DELETE") noteQueued(kv);
    else if (key.startsWith(SESSIONS_PREFIX)) noteSessionEnd(readRecord(before?.value).node, kv);
  }

  function noteWrite(kv: GatewayKeyValue): void {
    const { lock, token, worker } = JSON.parse(fromBase64(kv.value));
    const ms = nowMs();
    const write = { worker, lock, token: FencingToken.parse(token), resource: "etcd", accepted: true };
    recorder.record({ kind: "effect", ...write, beginMs: ms, ms });
  }

  function noteQueued(kv: GatewayKeyValue): void {
    const entry = kv.version === "1" ? readQueueEntry(kv) : undefined;
    if (entry === undefined) return;
    const { createRevision, lock, operation, worker } = entry;
    recorder.record({ kind: "queued", worker, lock, operation, createRevision });
  }

  function noteSessionEnd(worker: string | undefined, kv: GatewayKeyValue): void {
    if (worker === undefined) return;
    const seenMs = nowMs();
    sessionEnds.push({ worker, revision: BigInt(kv.mod_revision ?? 0), seenMs });
    const how = isSilent(worker) ? "expired" : "revoked";
    recorder.record({ kind: "session-ended", worker, how, ms: seenMs, notBeforeMs: seenMs - LATE_MS });
  }

  return {
    sessionEnds,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
