/** What a program is told to do: callers that take a lock and give it back, as fast as they can. */
export interface Load {
  /** What the names of the locks begin with: another one for each run, so that no run meets another's locks. */
  readonly run: string;
  readonly callers: number;
  /** `own`: each caller has locks of its own. `shared`: all callers, of all processes, want the same one. */
  readonly keys: "own" | "shared";
  /** How many keys one request takes. */
  readonly keysPerLock: number;
  /** How long it is measured, in seconds. */
  readonly seconds: number;
  /** How long it works before that, until everybody has his place in the queue. Default: 0. */
  readonly rampSeconds?: number | undefined;
  /** `one`: all callers share a session with etcd. `each`: each caller is a client of its own. */
  readonly sessions: "one" | "each";
}

/** What one process did in that time. */
export interface LoadResult {
  /** How many locks were given back. */
  readonly locks: number;
  readonly elapsedMs: number;
  /** User and system time of the process. */
  readonly cpuUs: number;
  /** From the request to the grant, half and 99 of 100 took no longer. */
  readonly acquireP50Ms: number;
  readonly acquireP99Ms: number;
  /** From the request to the end of the release. */
  readonly pairP50Ms: number;
  /** Of the callers with the fewest and with the most locks. */
  readonly fewest: number;
  readonly most: number;
}

/** The names of the locks that a caller takes. Programs in other languages do the same. */
export function namesOf(load: Load, caller: number): string[] {
  const base = load.keys === "own" ? `${load.run}-${caller}` : load.run;
  if (load.keysPerLock === 1) return [base];
  return Array.from({ length: load.keysPerLock }, (_, index) => `${base}-${index}`);
}
