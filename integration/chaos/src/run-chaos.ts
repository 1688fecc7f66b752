import { join } from "node:path";
import { checkHistory, type HistoryReport } from "@fenceline/testing";
import { doLastOperations } from "./last-operations.js";
import { RECOVERY_SLACK_MS, TTL_MS } from "./messages.js";
import type { ChaosOptions } from "./options.js";
import { openRecorder } from "./recorder.js";
import { startRegister } from "./register.js";
import { type LabSetting, runLab } from "./run-lab.js";

/** What a run found. */
export interface ChaosResult {
  readonly report: HistoryReport;
  /** What workers did that no worker may do, beside what the history tells. */
  readonly failures: readonly string[];
}

/** Runs workers under faults, ends all, and judges what everybody saw. */
export async function runChaos(options: ChaosOptions, setting: LabSetting): Promise<ChaosResult> {
  const { cluster, directory } = setting;
  const { endpoints } = cluster;
  const recorder = openRecorder(join(directory, "runner.jsonl"));
  await using register = await startRegister(recorder, !options.unfenced);
  const registerUrl = register.url;
  const { events, failures } = await runLab({
    ...options,
    ...setting,
    load: { kind: "wishes", registerUrl },
    recorder,
    finish: () => doLastOperations({ ...options, endpoints, directory, registerUrl, recorder }),
  });
  recorder.close();
  const report = checkHistory(events, { ttlMs: TTL_MS, recoverySlackMs: RECOVERY_SLACK_MS });
  return { report, failures };
}
