import { FencelineError } from "@fenceline/core";
import { EtcdNotFoundError, EtcdStartError, startEtcd } from "@fenceline/testing";
import { Interrupted, interruptible } from "./demo/interruption.js";
import { checkFiles, type DemoOptions, parseOptions, USAGE, UsageError } from "./demo/options.js";
import { createProgress } from "./demo/progress.js";
import { formatSummary } from "./demo/report-text.js";
import { runDemo, TTL_MS } from "./demo/run-demo.js";
import { openStage } from "./demo/stage.js";
import { writeTargets } from "./demo/targets-file.js";
import { createSpanDirectory, writeTimeline } from "./demo/timeline-file.js";

/** sysexits.h: the command was used wrongly. */
const EX_USAGE = 64;

/** There is no etcd, it does not start, or `FENCELINE_ETCD` names none: the message says it all. */
function isAboutEtcd(error: unknown): error is Error {
  return error instanceof EtcdNotFoundError || error instanceof EtcdStartError || FencelineError.is(error);
}

async function main(options: DemoOptions): Promise<number> {
  await checkFiles(options);
  const progress = createProgress(options.json ? process.stderr : process.stdout);
  try {
    await using etcd = options.unlocked ? undefined : await interruptible(startEtcd({ install: true }));
    if (etcd !== undefined) progress.tell(`etcd ${etcd.version} at ${etcd.endpoints.join(", ")}`);
    await using spans = await createSpanDirectory();
    const stageOptions = { etcd: etcd?.endpoints, ttlMs: TTL_MS, spans: spans.path };
    await using stage = await interruptible(openStage(stageOptions));
    if (options.metrics !== undefined) await writeTargets(options.metrics, stage.nodes);
    const summary = await interruptible(runDemo(stage, options, progress));
    progress.end();
    const timeline = options.unlocked ? null : await writeTimeline(spans.path, options.timeline);
    console.log(options.json ? JSON.stringify({ ...summary, timeline }) : `\n${formatSummary(summary)}`);
    if (!options.json && timeline !== null) console.log(`\ntimeline: ${timeline}`);
    return summary.ok ? 0 : 1;
  } finally {
    progress.end();
  }
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) console.log(USAGE);
  else process.exitCode = await main(options);
} catch (error) {
  if (error instanceof Interrupted) {
    console.error(error.message);
    process.exit(error.exitCode);
  }
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exitCode = EX_USAGE;
  } else if (isAboutEtcd(error)) {
    console.error(error.message);
    process.exitCode = 1;
  } else throw error;
}
