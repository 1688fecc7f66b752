import type { Coordinator, Lock } from "@fenceline/core";
import { connect } from "@fenceline/core";
import { NAMESPACE } from "./messages.js";

/** What the control run does wrong on purpose, so that every check of the judge has something to find. */
export interface Leak {
  /** Called with each lock that was released. */
  readonly keep: (lock: Lock) => void;
}

/** Bytes that are kept each time, and how often, while nothing else happens. */
const KEPT_BYTES = 10_000;
const KEEP_EVERY_MS = 20;

/**
 * Keeps what was released, opens a second coordinator that holds a lock and waits for it, and closes neither it nor a
 * timer.
 */
export async function startLeak(endpoints: readonly string[]): Promise<Leak> {
  const kept: unknown[] = [];
  setInterval(() => kept.push(Array.from({ length: KEPT_BYTES / 8 }, Math.random)), KEEP_EVERY_MS);
  const open = (): Promise<Coordinator> =>
    connect({ etcd: { hosts: [...endpoints] }, namespace: NAMESPACE, node: "leak" });
  const [holder, waiter] = await Promise.all([open(), open()]);
  await holder.acquire("leaked");
  void waiter.acquire("leaked");
  return { keep: (lock) => kept.push(lock) };
}
