import { type AcquireOperation, FencelineError, type LockKey } from "@fenceline/core";
import type { Attributes } from "@opentelemetry/api";
import { attributes } from "./semconv.js";

export type RequestOutcome = "acquired" | "unavailable" | "timeout" | "aborted" | "lost" | "error";

/** What is the same for all requests of a kind, and so fit for metrics. */
export function kindOf({ keys }: AcquireOperation): Attributes {
  const scope = joined(keys, "scope");
  const template = joined(keys, "template");
  return template === undefined
    ? { [attributes.scope.name]: scope }
    : { [attributes.scope.name]: scope, [attributes.template.name]: template };
}

/** How a request ended that was rejected with `error`. */
export function outcomeOf(operation: AcquireOperation, error: unknown): RequestOutcome {
  if (operation.signal?.aborted === true && error === operation.signal.reason) return "aborted";
  if (FencelineError.is(error, "lock_timeout")) return "timeout";
  if (FencelineError.is(error, "session_lost") || FencelineError.is(error, "lock_lost")) return "lost";
  return "error";
}

/** The value of `error.type`. */
export function errorTypeOf(error: unknown): string {
  return FencelineError.is(error) ? error.code : "_OTHER";
}

/** Why a lock was lost. */
export function lossReasonOf(error: Error): string {
  const { cause } = error;
  if (FencelineError.is(cause, "coordinator_closed")) return "closed";
  if (!FencelineError.is(cause, "session_lost")) return "forced";
  const { reason } = cause as { reason?: unknown };
  return reason === "expired" ? "lease_expired" : reason === "closed" ? "closed" : "revoked";
}

/** A property of all keys, each value once; `undefined` when no key has it. */
function joined(keys: readonly LockKey[], property: "scope" | "template"): string | undefined {
  if (keys.length === 1) return keys[0]?.[property];
  const distinct = [...new Set(keys.map((key) => key[property]).filter((value) => value !== undefined))];
  return distinct.length === 0 ? undefined : distinct.join(", ");
}
