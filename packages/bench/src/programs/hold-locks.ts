import { setTimeout as sleep } from "node:timers/promises";
import type { Coordinator, Lock } from "@fenceline/core";

/** To take many locks and keep them. */
export interface Hold {
  readonly run: string;
  /** How many locks are to be held in the end; those that are held already count. 0 gives all back. */
  readonly count: number;
}

export interface HoldResult {
  readonly held: number;
  /** What lives on the heap of this process, after a collection of garbage. */
  readonly heapBytes: number;
}

const held: Lock[] = [];

/** How many requests are under way at a time. */
const AT_ONCE = 256;

/** Brings the number of held locks up to `count`, or down to 0. Needs `--expose-gc`. */
export async function holdLocks(coordinator: Coordinator, { run, count }: Hold): Promise<HoldResult> {
  while (held.length < count) {
    const names = Array.from(
      { length: Math.min(AT_ONCE, count - held.length) },
      (_, index) => `${run}-held-${held.length + index}`,
    );
    held.push(...(await Promise.all(names.map((name) => coordinator.acquire(name)))));
  }
  if (count === 0) await Promise.all(held.splice(0).map((lock) => lock.release()));
  // What the requests have left behind is gone after some turns of the loop.
  for (let turn = 0; turn < 3; turn += 1) {
    await sleep(20);
    globalThis.gc?.();
  }
  return { held: held.length, heapBytes: process.memoryUsage().heapUsed };
}
