/** What runner and subject say to each other. */

/** The namespace of the subject's coordinator. */
export const NAMESPACE = "soak";
/** The session's TTL: the default of `connect()`, so renewals are as rare as users have them. */
export const TTL_MS = 10_000;

export interface SubjectSettings {
  readonly endpoints: readonly string[];
  readonly leak: boolean;
}

export type SubjectCommand =
  | { readonly kind: "connect" }
  /** Takes locks until so many are held. */
  | { readonly kind: "take"; readonly locks: number }
  /** Lets requests wait, every other one behind a lock of its own process, the others behind a neighbour's. */
  | { readonly kind: "wait"; readonly waiters: number }
  | { readonly kind: "measure" }
  /** Releases all locks, and those that waiters are granted meanwhile. */
  | { readonly kind: "release" }
  | { readonly kind: "start-churn" }
  | { readonly kind: "stop-churn" }
  /** Closes the coordinator; the subject is to end by itself afterwards. */
  | { readonly kind: "close" };

/** Answers every command. */
export interface SubjectState {
  /** After a forced garbage collection, in bytes. */
  readonly heapUsed: number;
  readonly rss: number;
  /** Locks that are held and know of no loss. */
  readonly held: number;
  /** Locks granted since the start. */
  readonly grants: number;
  /** Requests since the start to which etcd gave no answer in time. */
  readonly failures: number;
  /** What keeps the process alive and did not before it connected, by kind. */
  readonly resources: readonly string[];
  /** Timers that wait, those that keep nothing alive included. */
  readonly timers: number;
}

/** The name of a lock that a neighbour holds, for a waiter. */
export function takenName(waiter: number): string {
  return `taken-${waiter}`;
}

/** Whether a waiter waits behind a neighbour, in etcd, and not behind a lock of its own process. */
export function waitsInEtcd(waiter: number): boolean {
  return waiter % 2 === 1;
}

export function countWaitersInEtcd(waiters: number): number {
  return Array.from({ length: waiters }, (_, waiter) => waiter).filter(waitsInEtcd).length;
}
