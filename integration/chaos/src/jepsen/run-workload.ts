import { join } from "node:path";
import { connect } from "@fenceline/core";
import { checkHistory, type HistoryReport } from "@fenceline/testing";
import type { FaultKind } from "../fault-kinds.js";
import { createLoad } from "../load.js";
import { type LoadSettings, NAMESPACE, RECOVERY_SLACK_MS, TTL_MS } from "../messages.js";
import { createRandom } from "../random.js";
import { openRecorder, type Recorder } from "../recorder.js";
import { type LabSetting, runLab } from "../run-lab.js";
import { readAddLogs } from "./add-log.js";
import { checkSet, type SetReport } from "./check-set.js";
import type { JepsenOptions } from "./options.js";
import { countPausedPastLease } from "./paused-past-lease.js";
import { openSharedSet } from "./shared-set.js";
import type { Workload } from "./workloads.js";

/** What the run of one workload found. */
export interface WorkloadResult {
  readonly workload: Workload;
  readonly etcd: string;
  readonly history: HistoryReport;
  /** What workers did that no worker may do, beside what the history tells. */
  readonly failures: readonly string[];
  readonly pausedPastLease: number;
  /** Absent for a workload without a set. */
  readonly set?: SetReport;
}

/** What Jepsen did to etcd: processes are paused and killed, the network is cut. */
const FAULTS: readonly FaultKind[] = [
  "worker-pause",
  "worker-kill",
  "leader-kill",
  "leader-cut-off",
  "worker-cut-off",
];

export async function runWorkload(
  workload: Workload,
  options: JepsenOptions,
  setting: LabSetting,
): Promise<WorkloadResult> {
  const { cluster, directory } = setting;
  const load: LoadSettings =
    workload === "lock" ? { kind: workload } : { kind: workload, addsPath: directory };
  const recorder = openRecorder(join(directory, "runner.jsonl"));
  const { events, failures } = await runLab({
    ...options,
    ...setting,
    faults: FAULTS,
    // Without a pause a run proves nothing.
    firstFaults: ["worker-pause"],
    // When it goes on, others have had the time to add something.
    lastsMs: { "worker-pause": [6_000, 9_000] },
    load,
    recorder,
    finish: () => operateOnce(load, cluster.endpoints, recorder),
  });
  recorder.close();
  const history = checkHistory(events, {
    ttlMs: TTL_MS,
    recoverySlackMs: RECOVERY_SLACK_MS,
    // What a run has to prove depends on the workload.
    isOneOfMany: true,
  });
  const set =
    workload === "lock"
      ? {}
      : { set: checkSet(await readAddLogs(directory), await openSharedSet(cluster.endpoints).read()) };
  const pausedPastLease = countPausedPastLease(events);
  return { workload, etcd: cluster.version, history, failures, pausedPastLease, ...set };
}

const WORKER = "last";

/** When all faults are over and all workers gone, the lock must be free. */
async function operateOnce(
  load: LoadSettings,
  endpoints: readonly string[],
  recorder: Recorder,
): Promise<void> {
  const coordinator = await connect({
    etcd: { hosts: endpoints },
    namespace: NAMESPACE,
    node: WORKER,
    ttlMs: TTL_MS,
  });
  const { operate } = createLoad(load, {
    coordinator,
    recorder,
    worker: WORKER,
    endpoints,
    onChecked: () => {},
  });
  await operate(createRandom(WORKER), `${WORKER}-1`);
  await coordinator.close();
}
