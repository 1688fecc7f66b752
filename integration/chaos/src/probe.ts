import { setTimeout as sleep } from "node:timers/promises";
import { type EtcdGateway, toBase64 } from "./etcd-gateway.js";
import { nowMs, type Recorder } from "./recorder.js";

/** Writes a key again and again, to know when the cluster takes no writes and when it has elected. */
export interface Probe {
  stop(): Promise<void>;
}

const EVERY_MS = 200;

export function startProbe(gateway: EtcdGateway, { record }: Recorder): Probe {
  const stopping = new AbortController();
  const running = run();

  async function run(): Promise<void> {
    let answeredMs = nowMs();
    let term = "";
    let isAway = false;
    while (!stopping.signal.aborted) {
      const answer = await write();
      // A new leader starts all leases anew: an election is an outage, too.
      const isDisturbed = answer === undefined || (term !== "" && answer !== term);
      if (isDisturbed && !isAway) record({ kind: "etcd-unavailable", ms: answeredMs });
      isAway ||= isDisturbed;
      if (answer !== undefined) {
        answeredMs = nowMs();
        if (isAway) record({ kind: "etcd-available", ms: answeredMs });
        isAway = false;
        term = answer;
      }
      await sleep(EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  /** The raft term in which it was written; `undefined` if it was not. */
  async function write(): Promise<string | undefined> {
    try {
      const put = { key: toBase64("probe"), value: toBase64("x") };
      const { header } = await gateway.call<{ header: { raft_term: string } }>("kv/put", put);
      return header.raft_term;
    } catch {
      return undefined;
    }
  }

  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
