import { type LockKey, lockKey } from "@fenceline/core";
import type { Random } from "./random.js";
import type { Request } from "./request.js";

/** One thing that a worker wants to do under locks. */
export interface Wish extends Request {
  /** How many writes come after the first, each after a while that begins with a check of the lock. */
  readonly steps: number;
  readonly thinkMs: number;
  /** Whether it also writes to etcd, in a guarded transaction. */
  readonly writesToEtcd: boolean;
}

/** Few, so that workers meet. */
const globals = ["volume-1", "volume-2", "volume-3"].map((name) => lockKey("global", name));
const nodes = ["host-1", "host-2"].map((name) => lockKey("node", name));

/** How many of the wishes are to hold on for longer than a TTL. */
const LONG = 0.04;

/** All locks that workers share. */
export const sharedKeys: readonly LockKey[] = [...globals, ...nodes];

/** The next wish of one client of a worker. Process locks are the worker's own: `worker` is in their names. */
export function nextWish(random: Random, worker: string): Wish {
  const chance = random.next();
  // Some hold on for longer than a TTL: who loses a lock must be told while he has it.
  const isLong = random.next() < LONG;
  return {
    keys: pickKeys(random, lockKey("process", `devices of ${worker}`)),
    call: chance < 0.4 ? "withLock" : chance < 0.8 ? "acquire" : "try",
    timeoutMs: random.integer(2_000, 10_000),
    steps: isLong ? random.integer(4, 6) : random.integer(0, 2),
    thinkMs: isLong ? random.integer(1_000, 1_400) : random.integer(5, 250),
    writesToEtcd: random.next() < 0.4,
  };
}

function pickKeys(random: Random, own: LockKey): readonly LockKey[] {
  const chance = random.next();
  if (chance < 0.55) return [random.pick(globals)];
  if (chance < 0.7) return random.shuffle(globals).slice(0, 2);
  if (chance < 0.82) return [random.pick(nodes)];
  if (chance < 0.92) return [own];
  return [own, random.pick(nodes), random.pick(globals)];
}
