import { EtcdNotFoundError, EtcdStartError, startEtcd } from "@fenceline/testing";
import { judge } from "./judge.js";
import { parseOptions, type SoakOptions, USAGE, UsageError } from "./options.js";
import { createReport, formatReport } from "./report.js";
import { runSoak } from "./run-soak.js";

/** sysexits.h: the command was used wrongly. */
const EX_USAGE = 64;

async function main(options: SoakOptions): Promise<number> {
  const startMs = performance.now();
  const say = (message: string): void => {
    console.error(`${((performance.now() - startMs) / 1_000).toFixed(1).padStart(7)} s  ${message}`);
  };
  // With this process end the measured one and etcd.
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
  await using etcd = await startEtcd({ runtime: "process", install: true });
  say(`etcd ${etcd.version}`);
  const run = await runSoak(options, { endpoint: etcd.endpoints[0] as string, say });

  const report = createReport(options, run, judge(run), etcd.version);
  console.log(options.json ? JSON.stringify(report) : formatReport(report));
  return report.ok ? 0 : 1;
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
