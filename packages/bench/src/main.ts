import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { EtcdNotFoundError, EtcdStartError, findEtcd } from "@fenceline/testing";
import { versionOfEtcd } from "./etcd/etcd-version.js";
import { type BenchOptions, parseOptions, USAGE, UsageError } from "./options.js";
import { toJson } from "./report/json.js";
import { describeMachine } from "./report/machine.js";
import { fillPage } from "./report/page.js";
import { drawBench } from "./report/picture/bench-picture.js";
import { formatReport } from "./report/text.js";
import { type BenchReport, runBench } from "./run-bench.js";

/** sysexits.h: the command was used wrongly. */
const EX_USAGE = 64;

async function main(options: BenchOptions): Promise<number> {
  const startMs = performance.now();
  const say = (message: string): void => {
    console.error(`${((performance.now() - startMs) / 1_000).toFixed(1).padStart(7)} s  ${message}`);
  };
  // With this process end the programs and the etcd that it has started.
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
  const source = await findEtcd({ runtime: "process", install: true });
  if (source.kind !== "process") throw new EtcdNotFoundError("no etcd that can be started as a process");
  const etcd = { binary: source.binary, version: versionOfEtcd(source.binary) };
  const machine = describeMachine(new Date());
  if (machine.load > 0.5)
    say(`this machine is busy, load ${machine.load}: look at ratios only, and at their spread`);
  const runs: BenchReport[] = [];
  while (runs.length < options.runs) {
    if (options.runs > 1) say(`run ${runs.length + 1} of ${options.runs}`);
    runs.push(await runBench({ ...options, etcd, env: process.env, say }));
  }
  say("done");
  const report: BenchReport = { ...(runs.at(-1) as BenchReport), earlier: runs.slice(0, -1) };
  console.log(formatReport(report));
  if (options.write) {
    const page = inDocs("performance.md");
    await writeFile(page, fillPage(await readFile(page, "utf8"), report, machine, options.quick));
    await writeFile(inDocs("performance.svg"), drawBench(report, machine));
    say(`wrote ${page}`);
  }
  if (options.json) console.log(JSON.stringify(toJson(report, machine)));
  return runs.every(({ failed }) => failed.length === 0) ? 0 : 1;
}

function inDocs(name: string): string {
  return fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url));
}

try {
  const options = parseOptions(process.argv.slice(2));
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
