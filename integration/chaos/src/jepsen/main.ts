import { randomInt } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { openHistoryDirectory, runCommand, startLog, startRunCluster } from "../command.js";
import { type JepsenOptions, parseOptions, USAGE } from "./options.js";
import {
  createReport,
  createWorkloadReport,
  exitCodeOf,
  formatReport,
  type WorkloadReport,
} from "./report.js";
import { runWorkload } from "./run-workload.js";
import type { Workload } from "./workloads.js";

async function main(options: JepsenOptions): Promise<number> {
  const say = startLog();
  const directory = await openHistoryDirectory(options.history);
  console.error(`seed ${options.seed}, histories in ${directory}`);
  const reports: WorkloadReport[] = [];
  for (const workload of options.workloads) reports.push(await run(workload));
  const report = createReport(options, reports);
  if (options.history === undefined && report.ok) await rm(directory, { recursive: true });
  console.log(options.json ? JSON.stringify(report) : formatReport(report));
  return exitCodeOf(report);

  async function run(workload: Workload): Promise<WorkloadReport> {
    const history = join(directory, workload);
    await mkdir(history);
    await using cluster = await startRunCluster();
    say(`${workload}: etcd ${cluster.version}, three members`);
    const found = createWorkloadReport(
      await runWorkload(workload, options, { cluster, directory: history, say }),
    );
    const isKept = options.history !== undefined || !found.ok;
    if (!isKept) await rm(history, { recursive: true });
    return isKept ? { ...found, history } : found;
  }
}

await runCommand(USAGE, async () => {
  const options = parseOptions(process.argv.slice(2), () => randomInt(2 ** 32));
  if (!options.help) return main(options);
  console.log(USAGE);
  return 0;
});
