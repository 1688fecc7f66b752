import { FencelineError, type Lock, type LockKey } from "@fenceline/core";
import { nowMs, type Recorder } from "./recorder.js";
import type { Request } from "./request.js";

/** A lock as the history names it. */
export function lockName(key: LockKey): string {
  return `${key.scope}:${key.name}`;
}

/** Writes down what becomes of one request. Each of its locks is an operation of the history. */
export interface RequestLog {
  readonly operation: string;
  granted(lock: Lock): void;
  /** A try found a lock taken. */
  taken(): void;
  beliefEnded(why: "aborted" | "refused" | "released"): void;
  /** The release is about to be called. */
  releasing(): void;
  /** All is over; `error` is what it ended with. */
  ended(error?: unknown): void;
}

/** A release that took longer may have given up on etcd and left the rest to the background. */
const SURE_RELEASE_MS = 4_500;

export function startRequestLog(
  { record }: Recorder,
  worker: string,
  operation: string,
  { call: how, keys }: Request,
): RequestLog {
  const call = how === "try" ? "try" : "acquire";
  const locks = keys.map((key) => ({ worker, operation, lock: lockName(key) }));
  let isAnswered = false;
  let isBeliefOver = false;
  let isLost = false;
  let releasingMs: number | undefined;

  const log: RequestLog = {
    operation,
    granted(lock) {
      isAnswered = true;
      for (const key of keys) {
        const token = lock.tokenOf(key);
        record({ kind: "granted", worker, operation, lock: lockName(key), token });
      }
      lock.signal.addEventListener("abort", () => log.beliefEnded("aborted"), { once: true });
      if (lock.signal.aborted) log.beliefEnded("aborted");
    },
    taken() {
      isAnswered = true;
      for (const each of locks) record({ kind: "ok", ...each, call: "try" });
    },
    beliefEnded(why) {
      if (isBeliefOver) return;
      isBeliefOver = true;
      isLost = why !== "released";
      for (const each of locks) record({ kind: "belief-ended", ...each, why });
    },
    releasing() {
      log.beliefEnded("released");
      releasingMs = nowMs();
      for (const each of locks) record({ kind: "invoke", ...each, call: "release" });
    },
    ended(error) {
      const reason = FencelineError.is(error) ? error.code : undefined;
      if (releasingMs !== undefined) {
        const isSure = !isLost && error === undefined && nowMs() - releasingMs < SURE_RELEASE_MS;
        for (const each of locks) record({ kind: isSure ? "ok" : "info", ...each, call: "release" });
      } else if (!isAnswered) {
        for (const each of locks) record({ kind: "fail", ...each, call, reason });
      }
    },
  };
  for (const each of locks) record({ kind: "invoke", ...each, call });
  return log;
}
