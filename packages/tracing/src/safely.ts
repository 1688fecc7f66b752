import { diag } from "@opentelemetry/api";

/**
 * Runs what tells of a lock, so that nothing that it throws reaches the lock: a broken provider or hook costs
 * data, never a lock. What it threw goes to OpenTelemetry's `diag`.
 */
export function safely<T>(tell: () => T): T | undefined {
  try {
    return tell();
  } catch (error) {
    try {
      diag.error("@fenceline/tracing", error);
    } catch {
      // Even the logger is broken: there is nobody left to tell.
    }
    return undefined;
  }
}
