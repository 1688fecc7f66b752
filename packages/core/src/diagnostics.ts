import { type Channel, channel } from "node:diagnostics_channel";
import type { BreakerState } from "./etcd/call-policy.js";
import type { AcquireOperation, CoordinatorInfo } from "./interceptor.js";
import type { Lock } from "./lock.js";
import type { Blocker } from "./recipes/blocker.js";
import type { SessionState } from "./session/session-state.js";

/**
 * What is published on `node:diagnostics_channel`, by the name of the channel. Nothing is made or published on
 * a channel without subscribers. A subscriber is called in the middle of what it is told of, so it has to be
 * quick; what it throws becomes an uncaught exception of the process and changes nothing here.
 */
export interface DiagnosticEvents {
  /** A lock is asked for, before the interceptors. `operation` is the same object in all events of a request. */
  readonly "fenceline:acquire:start": { readonly operation: AcquireOperation };
  /** The request waits; told again each time that somebody else is in the way. */
  readonly "fenceline:acquire:blocked": {
    readonly operation: AcquireOperation;
    readonly blockedBy: Blocker;
  };
  /** The request is over: with a lock, with neither (a try that found it taken), or with an error. */
  readonly "fenceline:acquire:end": {
    readonly operation: AcquireOperation;
    readonly lock?: Lock | undefined;
    readonly error?: unknown;
  };
  /** A lock was granted. `lock` is the same object in all events of a holding. */
  readonly "fenceline:hold:start": { readonly lock: Lock; readonly operation: AcquireOperation };
  /** A lock was lost before it was released. */
  readonly "fenceline:hold:lost": { readonly lock: Lock; readonly error: Error };
  /** A lock was given back, or after its loss let go of. */
  readonly "fenceline:hold:end": {
    readonly lock: Lock;
    /** How many waited for it, at every scope at which that could be seen. */
    readonly waiters: number;
    /** The next holder is in this process and took over the entry in etcd. */
    readonly handedOver: boolean;
  };
  /** The session with etcd changed its state. */
  readonly "fenceline:session:state": {
    readonly coordinator: CoordinatorInfo;
    readonly state: SessionState;
  };
  /** A renewal of the session's lease was confirmed. */
  readonly "fenceline:session:renewed": {
    readonly coordinator: CoordinatorInfo;
    /** From the sending to the confirmation, in milliseconds. */
    readonly durationMs: number;
    /** What was left of the time to the session's deadline when the confirmation came, in milliseconds. */
    readonly remainingMs: number;
  };
  /** A renewal got no answer in time, or its stream broke; it is sent again. */
  readonly "fenceline:session:renewal-failed": {
    readonly coordinator: CoordinatorInfo;
    readonly reason: string;
  };
  /** A call to etcd is tried again. */
  readonly "fenceline:etcd:retry": {
    readonly coordinator: CoordinatorInfo;
    readonly endpoint: string;
    /** 2 for the first repetition. */
    readonly attempt: number;
  };
  /** The circuit breaker of the default call policy changed its state. */
  readonly "fenceline:etcd:breaker": {
    readonly coordinator: CoordinatorInfo;
    readonly state: BreakerState;
  };
  /** A token gate refused the token of an earlier holder. */
  readonly "fenceline:fence:rejected": {
    readonly guard: "etcd" | "memory" | "sql";
    readonly resource: string;
    readonly token: bigint;
    readonly newest: bigint | undefined;
  };
}

/** The name of a diagnostics channel. */
export type DiagnosticChannel = keyof DiagnosticEvents;

const channels = new Map<DiagnosticChannel, Channel>();

/** Publishes what `event` makes, if anybody listens. */
export function publish<Name extends DiagnosticChannel>(
  name: Name,
  event: () => DiagnosticEvents[Name],
): void {
  let found = channels.get(name);
  if (found === undefined) {
    found = channel(name);
    channels.set(name, found);
  }
  if (found.hasSubscribers) found.publish(event());
}
