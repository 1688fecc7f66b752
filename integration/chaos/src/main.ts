import { randomInt } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { EtcdNotFoundError, EtcdStartError, startEtcd } from "@fenceline/testing";
import { type ChaosOptions, parseOptions, USAGE, UsageError } from "./options.js";
import { createReport, exitCodeOf, formatReport } from "./report.js";
import { runChaos } from "./run-chaos.js";

/** sysexits.h: the command was used wrongly. */
const EX_USAGE = 64;

async function main(options: ChaosOptions): Promise<number> {
  const startMs = performance.now();
  const say = (message: string): void => {
    console.error(`${((performance.now() - startMs) / 1_000).toFixed(1).padStart(7)} s  ${message}`);
  };
  const directory = await openHistoryDirectory(options.history);
  console.error(`seed ${options.seed}, history in ${directory}`);
  // With this process end its workers, also those that are stopped, and the cluster.
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
  await using cluster = await startEtcd({ members: 3, runtime: "process", install: true });
  say(`etcd ${cluster.version}, three members`);
  const result = await runChaos(options, { cluster, directory, say });

  const found = createReport(options, result, cluster.version);
  const isKept = options.history !== undefined || !found.ok;
  if (!isKept) await rm(directory, { recursive: true });
  const report = isKept ? { ...found, history: directory } : found;
  console.log(options.json ? JSON.stringify(report) : formatReport(report));
  return exitCodeOf(report);
}

async function openHistoryDirectory(named: string | undefined): Promise<string> {
  if (named === undefined) return mkdtemp(join(tmpdir(), "fenceline-chaos-"));
  const directory = resolve(named);
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length === 0) return directory;
  throw new UsageError(`Expected --history to be an empty directory, or a new one, got "${named}"`);
}

try {
  const options = parseOptions(process.argv.slice(2), () => randomInt(2 ** 32));
  if (options.help) console.log(USAGE);
  else process.exitCode = await main(options);
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exitCode = EX_USAGE;
  } else if (error instanceof EtcdNotFoundError || error instanceof EtcdStartError) {
    console.error(error.message);
    process.exitCode = 1;
  } else throw error;
}
