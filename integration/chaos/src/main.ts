import { randomInt } from "node:crypto";
import { rm } from "node:fs/promises";
import { openHistoryDirectory, runCommand, startLog, startRunCluster } from "./command.js";
import { type ChaosOptions, parseOptions, USAGE } from "./options.js";
import { createReport, exitCodeOf, formatReport } from "./report.js";
import { runChaos } from "./run-chaos.js";

async function main(options: ChaosOptions): Promise<number> {
  const say = startLog();
  const directory = await openHistoryDirectory(options.history);
  console.error(`seed ${options.seed}, history in ${directory}`);
  await using cluster = await startRunCluster();
  say(`etcd ${cluster.version}, three members`);
  const result = await runChaos(options, { cluster, directory, say });

  const found = createReport(options, result, cluster.version);
  const isKept = options.history !== undefined || !found.ok;
  if (!isKept) await rm(directory, { recursive: true });
  const report = isKept ? { ...found, history: directory } : found;
  console.log(options.json ? JSON.stringify(report) : formatReport(report));
  return exitCodeOf(report);
}

await runCommand(USAGE, async () => {
  const options = parseOptions(process.argv.slice(2), () => randomInt(2 ** 32));
  if (!options.help) return main(options);
  console.log(USAGE);
  return 0;
});
