/** What went wrong, as a value to branch on. Texts of errors may change between releases, codes do not. */
export type ErrorCode =
  | "already_held"
  | "coordinator_closed"
  | "etcd_auth"
  | "etcd_cluster_changed"
  | "etcd_no_quorum"
  | "etcd_not_configured"
  | "etcd_outcome_unknown"
  | "etcd_rejected"
  | "etcd_tls"
  | "etcd_unavailable"
  | "invalid_argument"
  | "lock_directory"
  | "lock_file"
  | "lock_lost"
  | "lock_timeout"
  | "node_scope_unavailable"
  | "session_lost"
  | "stale_token"
  | "unreadable_token";

const brand = Symbol.for("fenceline.error");

/** Facts that an error carries beside its text. */
export interface ErrorFacts {
  readonly cause?: unknown;
}

/**
 * Base of every error that Fenceline raises on its own account. A caller's abort is not among them: it
 * rejects with the caller's own `signal.reason`.
 *
 * @example
 * ```ts
 * try {
 *   await coordinator.withLock(key, { timeoutMs: 5_000 }, work);
 * } catch (error) {
 *   if (FencelineError.is(error, "lock_timeout")) return retryLater();
 *   throw error;
 * }
 * ```
 */
export class FencelineError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, "cause" in facts && facts.cause !== undefined ? { cause: facts.cause } : undefined);
    this.name = new.target.name;
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  /** True for a Fenceline error, also one of another copy of this package; with `code`, only for that code. */
  static is(value: unknown, code?: ErrorCode): value is FencelineError {
    // Not `instanceof Error`: that is false for errors of another realm, such as a test runner's sandbox.
    if (typeof value !== "object" || value === null || !(brand in value)) return false;
    return code === undefined || ("code" in value && value.code === code);
  }
}

/** An option, a name or a parameter is not usable. Raised before anything was touched. */
export class InvalidArgumentError extends FencelineError {
  readonly argument: string;
  readonly value: unknown;

  constructor(argument: string, expected: string, value: unknown) {
    super("invalid_argument", `Expected \`${argument}\` to be ${expected}, got ${quote(value)}`);
    this.argument = argument;
    this.value = value;
  }
}

/** The lock was not granted within `timeoutMs`. Nothing of the wait is left behind. */
export class LockTimeoutError extends FencelineError {
  readonly keys: readonly string[];
  readonly timeoutMs: number;

  constructor(keys: readonly string[], timeoutMs: number, blockedBy?: string) {
    const suffix = blockedBy === undefined ? "" : `: ${blockedBy}`;
    super("lock_timeout", `${listLocks(keys)} not granted within ${timeoutMs} ms${suffix}`);
    this.keys = keys;
    this.timeoutMs = timeoutMs;
  }
}

/** The lock was held and is not any more. The reason of `lock.signal` and what `lock.assertHeld()` throws. */
export class LockLostError extends FencelineError {
  readonly keys: readonly string[];

  constructor(keys: readonly string[], why: string, facts: ErrorFacts = {}) {
    super("lock_lost", `${listLocks(keys)} lost: ${why}`, facts);
    this.keys = keys;
  }
}

/** The same async context asked again for a lock that it holds: waiting for it would never end. */
export class AlreadyHeldError extends FencelineError {
  readonly key: string;
  /** Where the lock was taken, a stack trace. */
  readonly heldAt: string;

  constructor(key: string, heldAt: string) {
    super(
      "already_held",
      `lock ${quoteName(key)} is already held by this async context; taken at:\n${heldAt}`,
    );
    this.key = key;
    this.heldAt = heldAt;
  }
}

/** The session that carries the global locks of this coordinator ended: its lease can no longer be trusted. */
export class SessionLostError extends FencelineError {
  readonly leaseId: bigint;
  /** `expired`: not renewed in time; `revoked`: etcd has the lease no more; `closed`: by this coordinator. */
  readonly reason: "closed" | "expired" | "revoked";

  constructor(
    leaseId: bigint,
    why: string,
    facts: ErrorFacts & { readonly reason?: SessionLostError["reason"] } = {},
  ) {
    super("session_lost", `session ${leaseId.toString(16)} lost: ${why}`, facts);
    this.leaseId = leaseId;
    this.reason = facts.reason ?? "expired";
  }
}

/** A guard refused a write because a newer holder has already written. */
export class StaleTokenError extends FencelineError {
  readonly resource: string;
  readonly token: bigint;
  /** The newest token that the resource has admitted, where the guard can tell. */
  readonly newest: bigint | undefined;

  constructor(resource: string, token: bigint, newest?: bigint) {
    const than = newest === undefined ? "a newer token" : `token ${newest}`;
    super("stale_token", `token ${token} refused for ${quoteName(resource)}: ${than} was admitted before`);
    this.resource = resource;
    this.token = token;
    this.newest = newest;
  }
}

/** What a guard has stored for a resource is no token, so that it cannot be compared. Nothing was written. */
export class UnreadableTokenError extends FencelineError {
  readonly resource: string;
  readonly stored: unknown;

  constructor(resource: string, stored: unknown) {
    super(
      "unreadable_token",
      `the token stored for ${quoteName(resource)} is ${quote(stored)}, not a token: nothing was admitted. ` +
        "Find out who wrote it, and put the newest token that the resource has seen in its place",
    );
    this.resource = resource;
    this.stored = stored;
  }
}

/** `close()` was called: nothing new is granted, and waits that were under way end with this. */
export class CoordinatorClosedError extends FencelineError {
  constructor() {
    super("coordinator_closed", "the coordinator is closed");
  }
}

/** A lock directory or a lock file of node scope cannot be used safely. */
export class LockPathError extends FencelineError {
  readonly path: string;

  constructor(code: "lock_directory" | "lock_file", path: string, why: string, facts: ErrorFacts = {}) {
    super(code, `${code === "lock_file" ? "lock file" : "lock directory"} ${quoteName(path)} ${why}`, facts);
    this.path = path;
  }
}

/** Node scope does not work here: not Linux, or its native module cannot be loaded. */
export class NodeScopeUnavailableError extends FencelineError {
  constructor(why: string, facts: ErrorFacts = {}) {
    super("node_scope_unavailable", `node scope is not available: ${why}`, facts);
  }
}

/** etcd could not be asked, or refused. `code` tells which; `retryable` whether the same call may succeed later. */
export class EtcdError extends FencelineError {
  readonly retryable: boolean;

  constructor(
    code: Extract<ErrorCode, `etcd_${string}`>,
    message: string,
    facts: ErrorFacts & { readonly retryable?: boolean } = {},
  ) {
    super(code, message, facts);
    this.retryable = facts.retryable ?? false;
  }
}

/** A value as an error message shows it: quoted where it is text, bounded in length. */
export function quote(value: unknown): string {
  if (typeof value === "string") return `\`${quoteName(shorten(value))}\``;
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null)
    return `an object of ${value.constructor?.name ?? "no class"}`;
  return `\`${shorten(String(value))}\``;
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function listLocks(keys: readonly string[]): string {
  return `lock${keys.length === 1 ? "" : "s"} ${keys.map(quoteName).join(", ")}`;
}

/** A text from outside, as it must not draw on a terminal or forge lines of a log. */
export function quoteName(name: string): string {
  const code = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16)}}`;
  return JSON.stringify(name).replace(/\p{C}/gu, code);
}
