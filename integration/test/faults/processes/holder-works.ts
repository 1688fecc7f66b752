import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import type { Coordinator, Lock } from "@fenceline/core";
import { TTL_MS } from "./timing.js";

interface Circumstances {
  readonly coordinator: Coordinator;
  readonly lock: Lock;
  readonly namespace: string;
  /** Tells the test something, as JSON. */
  readonly tell: (told: unknown) => void;
}

/** How a holder has found its lock, and what came of what it wrote then. */
export interface Found {
  /** At its first instruction after the pause. */
  readonly held: boolean;
  readonly aborted: boolean;
  readonly guardedTxn: string;
  readonly tokenGate: string;
}

type WorkUnderLock = (circumstances: Circumstances) => Promise<void>;

export type Work =
  | "hold"
  | "sleep"
  | "read files"
  | "turn microtasks"
  | "compute"
  | "be blocked"
  | "wait for the abort"
  | "check, then write"
  | "answer questions"
  | "throw"
  | "close on SIGTERM"
  | "exit";

/** Where those write who hold a lock. */
export function dataKey(namespace: string, name: string): string {
  return `${namespace}/data/${name}`;
}

/** What a holder does under its lock. */
export const works: Readonly<Record<Work, WorkUnderLock>> = {
  /** Nothing, for as long as it is left. */
  hold: () => sleep(10 ** 6),

  // Four shapes of code that a pause can fall into. What runs first after it differs: a timer, an answer of the
  // kernel, a microtask, the next line.
  sleep: afterPause(() => sleep(5)),
  "read files": afterPause(async () => void (await readFile("/proc/self/stat"))),
  "turn microtasks": afterPause(async () => {
    const until = performance.now() + 5;
    while (performance.now() < until) await Promise.resolve();
  }, setImmediate),
  compute: afterPause(async () => stopFor(5), setImmediate),

  async "be blocked"(circumstances) {
    circumstances.tell("blocked");
    stopFor(TTL_MS + 1_500);
    await findOut(circumstances);
  },

  /** Asks nothing: the signal has to abort by itself. */
  async "wait for the abort"({ lock, tell }) {
    const aborted = new Promise<number>((resolve) => {
      lock.signal.addEventListener("abort", () => resolve(performance.now()));
    });
    const resumedAt = await untilPaused(() => sleep(5));
    tell(Math.max((await aborted) - resumedAt, 0));
  },

  /** Writes late, however it finds its lock: the pause comes between the check and the write. */
  async "check, then write"({ lock, tell }) {
    lock.assertHeld();
    // Before it tells: it may be stopped as soon as it has.
    let before = performance.now();
    tell("checked");
    for (let now = performance.now(); now - before < TTL_MS; now = performance.now()) {
      before = now;
      stopFor(5);
    }
    const { status } = await fetch(process.env["RESOURCE"] ?? "", {
      method: "POST",
      body: String(lock.token),
    });
    tell(status);
  },

  async "answer questions"(circumstances) {
    const { coordinator, tell } = circumstances;
    let { lock } = circumstances;
    for await (const question of createInterface(process.stdin)) {
      if (question === "state") tell({ held: lock.held, aborted: lock.signal.aborted, wall: Date.now() });
      if (question === "write") await findOut({ ...circumstances, lock });
      if (question === "take again") {
        await lock.release();
        lock = await coordinator.acquire(lock.keys);
      }
      if (question === "tokens") tell(lock.keys.map((key) => String(lock.tokenOf(key))));
    }
  },

  async throw({ coordinator, lock, tell }) {
    await lock.release();
    const work = coordinator.withLock(lock.keys, async () => {
      tell("inside");
      await oneLine();
      throw new Error("a bug of the service");
    });
    await work.catch((error: Error) => tell(error.message));
    process.exit(1);
  },

  async "close on SIGTERM"({ coordinator, tell }) {
    const terminated = new Promise((resolve) => process.once("SIGTERM", resolve));
    tell("ready");
    // A signal handler keeps no process alive.
    const alive = setInterval(() => {}, 1_000);
    await terminated;
    clearInterval(alive);
    await coordinator.close();
  },

  async exit() {
    await oneLine();
    process.exit(0);
  },
};

/** Takes steps until one takes longer than a TTL, as the process stood still, and looks what is left. */
function afterPause(
  step: () => Promise<unknown>,
  between: () => Promise<unknown> = async () => {},
): WorkUnderLock {
  return async (circumstances) => {
    await untilPaused(step, between);
    await findOut(circumstances);
  };
}

/** Returns when it went on, as `performance.now()`. */
async function untilPaused(
  step: () => Promise<unknown>,
  between: () => Promise<unknown> = async () => {},
): Promise<number> {
  for (let before = performance.now(); ; ) {
    for (const next of [step, between]) {
      await next();
      const now = performance.now();
      if (now - before > TTL_MS) return now;
      before = now;
    }
  }
}

async function findOut({ coordinator, lock, namespace, tell }: Circumstances): Promise<void> {
  const held = lock.held;
  const { aborted } = lock.signal;
  const outcome = (work: Promise<unknown>) =>
    work.then(
      () => "done",
      (error: { code: string }) => error.code,
    );
  const name = lock.keys[0]?.name ?? "";
  const data = dataKey(namespace, name);
  const guardedTxn = await outcome(lock.guardedTxn((txn) => txn.put(data).value("late")));
  const tokenGate = await outcome(coordinator.tokenGate().admit(name, lock.token));
  tell({ held, aborted, guardedTxn, tokenGate } satisfies Found);
}

/** Nothing of this process runs meanwhile. */
function stopFor(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

async function oneLine(): Promise<void> {
  for await (const _ of createInterface(process.stdin)) return;
}
