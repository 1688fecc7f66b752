import { setTimeout as sleep } from "node:timers/promises";
import { type LockKey, lockKey } from "@fenceline/core";
import type { Load, LoadTools } from "../load.js";
import { makeRequest } from "../request.js";

/** The one lock of all workloads. */
export const theLock: readonly LockKey[] = [lockKey("global", "jepsen")];
export const WAIT_MS = 10_000;
const HOLD_MS: readonly [number, number] = [0, 300];

/** Jepsen's `lock`: a mutex is acquired and released, nothing else. */
export function createLockLoad(tools: LoadTools): Load {
  return {
    clients: 2,
    operate(random, operation) {
      const request = { call: "acquire", keys: theLock, timeoutMs: WAIT_MS } as const;
      return makeRequest(request, { ...tools, operation }, async () => {
        const holdMs = random.integer(...HOLD_MS);
        tools.onChecked(holdMs);
        await sleep(holdMs);
      });
    },
  };
}
