/** What the workers and coordinators of fault tests ask for. It is also what etcd grants. */
export const TTL_MS = 2_000;
/** How long after the end of a lease its keys may still stand: etcd looks twice a second. */
export const EXPIRY_LAG_MS = 600;

/**
 * How many times a fault is repeated, at once where that is possible. Few in the suite: each costs processes and
 * seconds; a release runs more with `FENCELINE_FAULT_ROUNDS`.
 */
export const ROUNDS: number = Number(process.env["FENCELINE_FAULT_ROUNDS"] ?? 5);

/** How long something took, and what came of it. */
export async function timed<T>(work: Promise<T>): Promise<{ readonly ms: number; readonly result: T }> {
  const startedAt = performance.now();
  const result = await work;
  return { ms: performance.now() - startedAt, result };
}
