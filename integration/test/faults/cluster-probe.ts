import { setTimeout as sleep } from "node:timers/promises";
import type { EtcdCluster } from "@fenceline/testing";
import { askMember, base64 } from "../support/member-api.js";

/** Writes to a cluster several times a second, through whichever member takes it. */
export interface ClusterProbe {
  /** Ends it; for how long at most no member took a write, in milliseconds. */
  stop(): Promise<number>;
}

const EVERY_MS = 100;
const ATTEMPT_MS = 300;

export function startProbe({ endpoints }: EtcdCluster): ClusterProbe {
  const body = { key: base64("probe"), value: base64("written") };
  let stopping = false;
  let awayMs = 0;
  const running = run();

  async function run(): Promise<void> {
    let takenAt = performance.now();
    while (!stopping) {
      const attempts = endpoints.map((endpoint) => askMember(endpoint, "kv/put", body, ATTEMPT_MS));
      const isTaken = await Promise.any(attempts).then(
        () => true,
        () => false,
      );
      awayMs = Math.max(awayMs, performance.now() - takenAt);
      if (isTaken) takenAt = performance.now();
      await sleep(EVERY_MS);
    }
  }

  return {
    async stop() {
      stopping = true;
      await running;
      return Math.round(awayMs);
    },
  };
}
