import { InvalidArgumentError } from "./errors.js";
import { expectInteger } from "./options.js";

/**
 * How far a lock reaches: `process` one Node.js process, `node` all processes of a host (that share the lock
 * directory), `global` all nodes of the etcd cluster.
 */
export type Scope = "process" | "node" | "global";

/** All scopes, the narrowest first; a request takes its locks in this order. */
export const scopes: readonly Scope[] = ["process", "node", "global"];

/** A lock's name with its scope. Two keys are the same lock if both agree, whatever else they carry. */
export interface LockKey {
  readonly scope: Scope;
  readonly name: string;
  /** The template that the name was rendered from: low in cardinality, so fit for metrics. */
  readonly template?: string | undefined;
  /** What the lock protects belongs to one `host` or one `process`: `minimumScope` lifts it no further. */
  readonly belongsTo?: "host" | "process" | undefined;
  /** The name under which `minimumScope` lifts it to all nodes, where `name` says something of one host. */
  readonly globalName?: string | undefined;
  /**
   * How long a global lock rests after an unclean end, in milliseconds, 0 to 3,600,000: until then requests that
   * the dead holder had sent may still run, where nothing checks a fencing token. Default: 0, and then no
   * recovery mark is written either, so a holder that died is not known to the next one. All who take the lock
   * must agree; of a key that a request names twice the last one counts. No effect at other scopes.
   */
  readonly lockDelayMs?: number | undefined;
}

/** Longest delay of a lock in milliseconds. */
const LONGEST_LOCK_DELAY_MS = 3_600_000;

/** Longest name of a lock in bytes of UTF-8. */
export const MAX_NAME_BYTES = 512;

/**
 * Makes a lock key. A plain string, wherever a key is expected, means `lockKey("global", name)`.
 *
 * @param name 1 to 512 bytes of well-formed Unicode, taken as they are (no normalisation).
 * @throws InvalidArgumentError
 */
export function lockKey(scope: Scope, name: string): LockKey {
  assertScope("scope", scope);
  assertName("name", name);
  return { scope, name };
}

/** Refuses what is no scope. */
export function assertScope(argument: string, scope: unknown): asserts scope is Scope {
  if (!scopes.includes(scope as Scope)) {
    throw new InvalidArgumentError(argument, '"process", "node" or "global"', scope);
  }
}

/** Refuses names that could not be told apart, stored, or read back at every scope. */
export function assertName(argument: string, name: unknown): asserts name is string {
  if (typeof name !== "string" || name === "") {
    throw new InvalidArgumentError(argument, "a non-empty string", name);
  }
  if (!name.isWellFormed()) {
    throw new InvalidArgumentError(argument, "well-formed Unicode (no lone surrogates)", name);
  }
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
    throw new InvalidArgumentError(argument, `at most ${MAX_NAME_BYTES} bytes of UTF-8`, name);
  }
}

/** Refuses what is no delay of a lock. */
export function assertLockDelay(lockDelayMs: unknown): void {
  if (lockDelayMs !== undefined) expectInteger("lockDelayMs", lockDelayMs, 0, LONGEST_LOCK_DELAY_MS);
}

/** Scope and name as one text, for error messages and as the key of a map. */
export function describeKey(key: LockKey): string {
  return `${key.scope}:${key.name}`;
}

/** A key as a user gave it: a string means a global lock of that name. Throws `InvalidArgumentError`. */
export function toLockKey(key: LockKey | string): LockKey {
  if (typeof key === "string") return lockKey("global", key);
  if (typeof key !== "object" || key === null) {
    throw new InvalidArgumentError("key", "a lock key or a name", key);
  }
  lockKey(key.scope, key.name);
  if (key.globalName !== undefined) assertName("globalName", key.globalName);
  assertLockDelay(key.lockDelayMs);
  if (key.belongsTo !== undefined && key.belongsTo !== "host" && key.belongsTo !== "process") {
    throw new InvalidArgumentError("belongsTo", '"host", "process" or left out', key.belongsTo);
  }
  return key;
}

/**
 * The key that stands for `key` where locks must reach at least as far as `minimum`: the same one, unless its
 * scope is narrower and what it protects does not belong to one host or process.
 */
export function liftKey(key: LockKey, minimum: Scope): LockKey {
  const widest = key.belongsTo === "process" ? "process" : key.belongsTo === "host" ? "node" : "global";
  const wanted = narrower(minimum, widest);
  if (narrower(key.scope, wanted) === wanted) return key;
  return { ...key, scope: wanted, name: (wanted === "global" && key.globalName) || key.name };
}

function narrower(a: Scope, b: Scope): Scope {
  return scopes.indexOf(a) < scopes.indexOf(b) ? a : b;
}
