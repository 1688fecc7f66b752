import { type Coordinator, FencelineError, type Lock, type LockKey } from "@fenceline/core";
import type { Recorder } from "./recorder.js";
import { type RequestLog, startRequestLog } from "./request-log.js";

/** Locks that are asked for together, and how. */
export interface Request {
  readonly call: "acquire" | "try" | "withLock";
  readonly keys: readonly LockKey[];
  readonly timeoutMs: number;
}

/** Who asks, and where that is written down. */
export interface Requester {
  readonly coordinator: Coordinator;
  readonly recorder: Recorder;
  readonly worker: string;
  readonly operation: string;
}

/**
 * Takes locks, works under them and gives them back, and writes down what is seen. Errors of Fenceline are a part of
 * that; anything else is thrown.
 */
export async function makeRequest(
  request: Request,
  requester: Requester,
  work: (lock: Lock) => Promise<void>,
): Promise<void> {
  const log = startRequestLog(requester.recorder, requester.worker, requester.operation, request);
  try {
    await takeAndWork(request, requester.coordinator, log, (lock) => workUnder(lock, log, work));
    log.ended();
  } catch (error) {
    log.ended(error);
    if (!FencelineError.is(error) || error.code === "invalid_argument") throw error;
  }
}

async function takeAndWork(
  { call, keys, timeoutMs }: Request,
  coordinator: Coordinator,
  log: RequestLog,
  work: (lock: Lock) => Promise<void>,
): Promise<void> {
  const { operation } = log;
  if (call === "withLock") {
    await coordinator.withLock(keys, { timeoutMs, operation }, work);
    return;
  }
  const lock =
    call === "try"
      ? await coordinator.tryAcquire(keys, { operation })
      : await coordinator.acquire(keys, { timeoutMs, operation });
  if (lock === undefined) {
    log.taken();
    return;
  }
  try {
    await work(lock);
  } finally {
    await lock.release();
  }
}

async function workUnder(lock: Lock, log: RequestLog, work: (lock: Lock) => Promise<void>): Promise<void> {
  log.granted(lock);
  try {
    await work(lock);
  } catch (error) {
    if (FencelineError.is(error, "lock_lost") || FencelineError.is(error, "stale_token")) {
      log.beliefEnded("refused");
    }
    if (!FencelineError.is(error)) throw error;
  } finally {
    log.releasing();
  }
}
