import type { LockKey, SessionState } from "@fenceline/core";

/** What a worker is told to do; one JSON line each. */
export type WorkerOrder = { readonly id: number } & (
  | { readonly do: "acquire"; readonly lock: LockKey | string; readonly timeoutMs: number }
  | { readonly do: "release"; readonly lock: LockKey | string }
  | { readonly do: "write"; readonly lock: LockKey | string; readonly key: string; readonly value: string }
  | { readonly do: "close" }
);

/** What a worker says: the answer to an order (0: it has connected), or what has happened by itself. */
export type WorkerReport =
  | {
      readonly id: number;
      readonly sentMs: number;
      readonly ms: number;
      readonly token?: string;
      readonly code?: string;
    }
  /** The token of a lock that was lost. */
  | { readonly aborted: string; readonly ms: number }
  | { readonly state: SessionState["status"]; readonly ms: number };

/** The monotonic clock that all processes of this machine share, in milliseconds. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
