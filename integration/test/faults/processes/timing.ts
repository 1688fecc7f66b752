/** What the workers and coordinators of fault tests ask for. It is also what etcd grants. */
export const TTL_MS = 2_000;
/** How long after the end of a lease its keys may still stand: etcd looks twice a second. */
export const EXPIRY_LAG_MS = 600;
/** How long a grant may take that has nothing to wait for, on a busy machine. */
export const AT_ONCE_MS = 500;

/**
 * How many times a fault is repeated, at once. Few in the suite: each costs processes; a release runs more with
 * `FENCELINE_FAULT_ROUNDS`.
 */
const ROUNDS = Number(process.env["FENCELINE_FAULT_ROUNDS"] ?? 5);

/** Runs something some times at once, each time with another name; returns what came of each. */
export function inRounds<T>(round: (name: string) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: ROUNDS }, (_, i) => round(`volume-${i}`)));
}

/** How long something took from now on, and what came of it. */
export async function timed<T>(work: Promise<T>): Promise<{ readonly ms: number; readonly result: T }> {
  const startedAt = performance.now();
  const result = await work;
  return { ms: performance.now() - startedAt, result };
}
