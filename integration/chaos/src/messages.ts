import type { WireFormat } from "@fenceline/core";

/** What a worker process is started with, as JSON in its first argument. */
export interface WorkerSettings {
  readonly name: string;
  readonly seed: number;
  readonly endpoints: readonly string[];
  readonly lockDirectory: string;
  /** How global locks stand in etcd. */
  readonly wire: readonly WireFormat[];
  readonly load: LoadSettings;
  readonly historyPath: string;
}

/** What a worker does with its locks. */
export type LoadSettings =
  /** Wishes of all kinds, with writes to the register. */
  | { readonly kind: "wishes"; readonly registerUrl: string }
  /** One of the workloads that Jepsen ran on etcd's locks; with a set, adds are written down beside the history. */
  | { readonly kind: "lock" }
  | { readonly kind: "lock-set" | "lock-set-guarded"; readonly addsPath: string };

/** From the runner to a worker. */
export type WorkerCommand =
  /** Ask for no more locks, close the coordinator, and end. */
  | { readonly kind: "stop" }
  /** Keep the event loop busy. */
  | { readonly kind: "block"; readonly forMs: number }
  /** The machine was suspended: all clocks jump. */
  | { readonly kind: "suspend"; readonly forMs: number }
  /** An operator sets the wall clock. */
  | { readonly kind: "set-wall-clock"; readonly offsetMs: number };

/** From a worker to the runner. */
export type WorkerReport =
  | { readonly kind: "connected" }
  /** A command was taken. */
  | { readonly kind: "obeyed"; readonly command: WorkerCommand["kind"] }
  /** It holds a global lock, has just checked that, and is going to write, for so long. */
  | { readonly kind: "checked"; readonly forMs: number };

/** The TTL of the workers' leases, in milliseconds. */
export const TTL_MS = 3_000;
/**
 * How much longer than its TTL a lock may take to be granted again after a crash, in milliseconds. Promised is 1 s;
 * the second one is for a machine on which the members, the workers and others share few processors.
 */
export const RECOVERY_SLACK_MS = 2_000;
/** Before all keys of the run in etcd. */
export const NAMESPACE = "chaos";
/** Where workers write to etcd under their locks: `chaos/data/<lock>`. */
export const DATA_PREFIX: string = `${NAMESPACE}/data/`;
