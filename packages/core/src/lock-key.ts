import { InvalidArgumentError } from "./errors.js";

/**
 * How far a lock reaches: `process` one Node.js process, `node` all processes of a host (that share the lock
 * directory), `global` all nodes of the etcd cluster.
 */
export type Scope = "process" | "node" | "global";

/** A lock's name with its scope. Two keys are the same lock if both agree, whatever else they carry. */
export interface LockKey {
  readonly scope: Scope;
  readonly name: string;
  /** The template that the name was rendered from: low in cardinality, so fit for metrics. */
  readonly template?: string | undefined;
}

/** Longest name of a lock in bytes of UTF-8. */
export const MAX_NAME_BYTES = 512;

/**
 * Makes a lock key. A plain string, wherever a key is expected, means `lockKey("global", name)`.
 *
 * @param name 1 to 512 bytes of well-formed Unicode, taken as they are (no normalisation).
 * @throws InvalidArgumentError
 */
export function lockKey(scope: Scope, name: string): LockKey {
  if (scope !== "process" && scope !== "node" && scope !== "global") {
    throw new InvalidArgumentError("scope", '"process", "node" or "global"', scope);
  }
  assertName("name", name);
  return { scope, name };
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
  const { scope, name } = lockKey(key.scope, key.name);
  return key.template === undefined ? { scope, name } : key;
}
