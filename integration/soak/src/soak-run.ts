import type { EtcdCounts } from "./etcd-view.js";
import type { SubjectState } from "./messages.js";

/** What a run saw: the judge needs nothing else. */
export interface SoakRun {
  readonly locks: number;
  readonly waiters: number;
  /** One lock held, to compare with; all locks held, with waiters; locks taken and released. */
  readonly phases: { readonly one: Phase; readonly hold: Phase; readonly churn: Phase };
  readonly heap: HeapUse;
  readonly ending: Ending;
}

export interface Phase {
  readonly seconds: number;
  readonly samples: readonly Sample[];
}

export interface Sample extends SubjectState, EtcdCounts {
  /** Seconds since the phase began. */
  readonly t: number;
}

/** Bytes of heap, each after a forced garbage collection. */
export interface HeapUse {
  readonly perLock: number;
  readonly perWaiter: number;
  /** What all locks and waiters took together, and how much of it was still there when all were gone. */
  readonly taken: number;
  readonly left: number;
}

/** What was there after the coordinator was closed. */
export interface Ending extends EtcdCounts {
  readonly resources: readonly string[];
  readonly timers: number;
  /** Why the process did not end by itself. */
  readonly notEnded: string | undefined;
  readonly queueEntries: number;
}
