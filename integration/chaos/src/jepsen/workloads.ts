export type Workload = "lock" | "lock-set" | "lock-set-guarded";

/** All workloads by name, each with what it does. */
export const workloads: Readonly<Record<Workload, string>> = {
  lock: "acquire and release; the history has to be that of one mutex",
  "lock-set": "the control: a set, read and written under the lock alone. It has to lose adds",
  "lock-set-guarded": "the same set, written with lock.guardedTxn. It must not lose any",
};

export const workloadNames: readonly Workload[] = Object.keys(workloads) as Workload[];
