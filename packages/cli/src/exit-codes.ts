import type { ErrorCode, FencelineError } from "@fenceline/core";

/** How the command ends; the numbers are those of BSD's sysexits.h where it has one for the case. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  /** The command line is wrong, or does not say where etcd is. */
  usage: 64,
  /** etcd cannot be reached or cannot serve. */
  unavailable: 69,
  /** This host cannot take node locks. */
  host: 71,
  /** Not granted within the time given. */
  timeout: 73,
  /** Somebody else has the lock. */
  notAcquired: 74,
  /** The lock was held and is not any more. */
  lockLost: 75,
  /** etcd refuses the user or the certificate. */
  noPermission: 77,
  /** The program was found and cannot be executed; as shells have it. */
  notExecutable: 126,
  /** There is no such program; as shells have it. */
  notFound: 127,
} as const;

const byErrorCode: Partial<Record<ErrorCode, number>> = {
  invalid_argument: exitCodes.usage,
  etcd_not_configured: exitCodes.usage,
  etcd_unavailable: exitCodes.unavailable,
  etcd_no_quorum: exitCodes.unavailable,
  etcd_rejected: exitCodes.unavailable,
  etcd_cluster_changed: exitCodes.unavailable,
  session_lost: exitCodes.unavailable,
  etcd_auth: exitCodes.noPermission,
  etcd_tls: exitCodes.noPermission,
  lock_timeout: exitCodes.timeout,
  lock_lost: exitCodes.lockLost,
  lock_directory: exitCodes.host,
  lock_file: exitCodes.host,
  node_scope_unavailable: exitCodes.host,
};

export function exitCodeOf(error: FencelineError): number {
  return byErrorCode[error.code] ?? exitCodes.failed;
}
