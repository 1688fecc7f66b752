import type { SessionLostError } from "../errors.js";

/**
 * Where the coordinator's session with etcd stands.
 *
 * - `none`: not opened yet, or the last try to open one failed.
 * - `active`: renewed in time.
 * - `suspect`: half of the time to the deadline has passed without a confirmed renewal; locks are held still.
 * - `lost`: all global locks are gone; the next acquire opens a new session.
 */
export type SessionState =
  | { readonly status: "none" | "connecting" | "closed" }
  | { readonly status: "active" | "suspect"; readonly leaseId: bigint; readonly ttlMs: number }
  | { readonly status: "lost"; readonly leaseId: bigint; readonly error: SessionLostError };
