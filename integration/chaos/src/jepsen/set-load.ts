import { setTimeout as sleep } from "node:timers/promises";
import { FencelineError, type Lock } from "@fenceline/core";
import type { Load, LoadTools } from "../load.js";
import type { LoadSettings } from "../messages.js";
import type { Random } from "../random.js";
import { makeRequest } from "../request.js";
import { type AddPhase, openAddLog } from "./add-log.js";
import { theLock, WAIT_MS } from "./lock-load.js";
import { openSharedSet, SET_KEY } from "./shared-set.js";

/** Between reading and writing, in milliseconds. */
const THINK_MS: readonly [number, number] = [0, 2_000];

type SetSettings = Extract<LoadSettings, { addsPath: string }>;

/**
 * Jepsen's `lock-set`: under the lock a set is read, and after a while written again with one more element. Nobody
 * looks at the lock in between. With the guard it is written in a transaction that applies only while the lock is held.
 */
export function createSetLoad({ addsPath, kind }: SetSettings, tools: LoadTools): Load {
  const set = openSharedSet(tools.endpoints);
  const log = openAddLog(addsPath, tools.worker);
  const write = kind === "lock-set" ? writeUnguarded : writeGuarded;

  async function add(element: string, lock: Lock, random: Random): Promise<AddPhase> {
    const before = await set.read().catch(() => undefined);
    if (before === undefined) return "failed";
    const thinkMs = random.integer(...THINK_MS);
    tools.onChecked(thinkMs);
    await sleep(thinkMs);
    return write([...before, element], lock);
  }

  async function writeUnguarded(elements: readonly string[]): Promise<AddPhase> {
    return set.write(elements).then(
      () => "acknowledged",
      () => "unknown",
    );
  }

  async function writeGuarded(elements: readonly string[], lock: Lock): Promise<AddPhase> {
    try {
      await lock.guardedTxn((txn) => txn.put(SET_KEY).value(JSON.stringify(elements)));
      return "acknowledged";
    } catch (error) {
      if (!FencelineError.is(error)) throw error;
      if (error.code === "lock_lost") return "refused";
      return error.code === "etcd_outcome_unknown" ? "unknown" : "failed";
    }
  }

  return {
    clients: 1,
    operate(random, operation) {
      const request = { call: "acquire", keys: theLock, timeoutMs: WAIT_MS } as const;
      return makeRequest(request, { ...tools, operation }, async (lock) => {
        log.note(operation, "invoked");
        log.note(operation, await add(operation, lock, random));
      });
    },
  };
}
