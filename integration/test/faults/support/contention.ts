import { setTimeout as sleep } from "node:timers/promises";
import type { EtcdCluster, HistoryEvent } from "@fenceline/testing";
import { openClient } from "../../support/etcd-client.js";
import { type Worker, WorkerError, type WorkerLock } from "./worker.js";
import { nowMs } from "./worker-messages.js";

export interface ContentionOptions {
  readonly lock: string;
  readonly forMs: number;
  /** The member through which the accepted writes are seen. */
  readonly observer: string;
}

export interface Contention {
  readonly events: readonly HistoryEvent[];
  readonly grants: number;
  readonly failures: readonly string[];
}

const TIMEOUT_MS = 5_000;
const SURE_RELEASE_MS = 4_500;

/** Workers take one lock in turns, and write under it; what they see, and what etcd accepts, becomes a history. */
export async function contend(
  workers: readonly Worker[],
  etcd: EtcdCluster,
  { lock, forMs, observer }: ContentionOptions,
): Promise<Contention> {
  const events: HistoryEvent[] = [];
  const failures: string[] = [];
  let grants = 0;
  const endMs = nowMs() + forMs;
  const data = `data/${lock}`;

  using client = openClient(etcd, { hosts: observer, defaultCallOptions: () => ({}) });
  const watcher = await client.watch().key(data).create();
  watcher.on("put", ({ value }) => {
    const [worker = "", token = ""] = value.toString().split(" ");
    const ms = nowMs();
    events.push({ kind: "effect", lock, worker, token: BigInt(token), accepted: true, beginMs: ms, ms });
  });

  await Promise.all(workers.map((worker, index) => turns(worker, `w${index + 1}`)));
  await sleep(500); // for the last events of the watch, behind a network that is slow by intent
  await watcher.cancel();
  return { events: events.toSorted((a, b) => a.ms - b.ms), grants, failures };

  async function turns(worker: Worker, name: string): Promise<void> {
    for (let turn = 1; nowMs() < endMs; turn += 1) {
      const of = { worker: name, lock, operation: `${name}-${turn}` };
      events.push({ kind: "invoke", call: "acquire", ...of, ms: nowMs() });
      const granted = await worker.acquire(lock, TIMEOUT_MS).catch(noteFailure);
      if (granted === undefined) {
        // Whatever it failed with, the worker believes nothing; what etcd has made of it may come yet.
        events.push({ kind: "info", call: "acquire", ...of, ms: nowMs() });
        await sleep(50);
      } else {
        grants += 1;
        await work(worker, granted, of);
      }
    }
  }

  async function work(
    worker: Worker,
    granted: WorkerLock,
    of: { readonly worker: string; readonly lock: string; readonly operation: string },
  ): Promise<void> {
    const { token, ms } = granted;
    let believes = true;
    const stopBelieving = (why: "aborted" | "released", atMs: number): void => {
      if (believes) events.push({ kind: "belief-ended", why, ...of, ms: atMs });
      believes = false;
    };
    events.push({ kind: "granted", ...of, token, ms });
    void granted.aborted.then((abortedMs) => stopBelieving("aborted", abortedMs));
    await worker.write(lock, data, `${of.worker} ${token}`).catch(noteFailure);
    stopBelieving("released", nowMs());
    events.push({ kind: "invoke", call: "release", ...of, ms: nowMs() });
    const release = await worker.release(lock);
    // One that took longer may have given up on etcd and left the rest to the background.
    const isSure = !granted.isAborted && release.ms - release.sentMs < SURE_RELEASE_MS;
    events.push({ kind: isSure ? "ok" : "info", call: "release", ...of, ms: nowMs() });
  }

  function noteFailure(error: unknown): undefined {
    if (!(error instanceof WorkerError)) throw error;
    failures.push(error.message);
  }
}
