// `npm run test:faults`: the cells of the fault matrix, once on each version of etcd that this machine has; says what
// it skips, and why.
// --install: fetches Debian's packages first (etcd 3.4 and 3.5, libfaketime), on Debian as root. They are unpacked into
//   the cache directory.
// --json: prints what came of each cell, on each version, as JSON; all else goes to stderr.
// --write: writes it into docs/fault-matrix.json and docs/reliability.md.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { createChecks } from "./lib/checks.js";
import { requireNodeVersion } from "./lib/node-version.js";
import { ROOT, StepError } from "./lib/step.js";
import { buildProjects, installWorkspace } from "./lib/workspace.js";

requireNodeVersion();
const known = ["--install", "--json", "--write"];
const options = process.argv.slice(2);
const unknown = options.find((argument) => !known.includes(argument));
if (unknown !== undefined) {
  console.error(`unknown option ${unknown}\nusage: npm run test:faults [-- [--install] [--json] [--write]]`);
  process.exit(64);
}

try {
  await installWorkspace();
  await buildProjects("integration/test");
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  console.error(error.message);
  process.exit(1);
}

const { findFaultRuns } = await import("./lib/fault-runs.js");
const { cellsOf, keepResults } = await import("./lib/fault-results.js");
const out = options.includes("--json") ? process.stderr : process.stdout;
const say = (line) => out.write(`${line}\n`);
const checks = createChecks(out);
const found = await findFaultRuns({
  install: options.includes("--install"),
  say,
  skip: (what, why) => checks.skip(what, why),
});
if (found.length === 0) {
  checks.counts.failed += 1;
  checks.failures.push("no etcd: put `etcd` on the PATH, or use --install on Debian as root");
}

const directory = await mkdtemp(join(tmpdir(), "fenceline-faults-"));
const runs = [];
try {
  for (const { etcd, env } of found) runs.push(await run(etcd, env));
} finally {
  await rm(directory, { recursive: true, force: true });
}
const results = {
  date: new Date().toISOString().slice(0, 10),
  cores: availableParallelism(),
  node: process.versions.node,
  runs,
};
if (options.includes("--write") && runs.length > 0) {
  const { writeSections } = await import("./lib/written-sections.js");
  for (const file of [await keepResults(results), ...(await writeSections())]) say(`wrote ${file}`);
}
if (options.includes("--json")) console.log(JSON.stringify(results));
checks.report();

async function run(etcd, env) {
  const output = join(directory, `${etcd}.json`);
  const reporter = ["--reporter", join(ROOT, "scripts/lib/fault-reporter.js")];
  const startedAt = performance.now();
  await checks.run(
    `faults on etcd ${etcd}`,
    "node_modules/.bin/mocha",
    ["--config", "integration/faults.mocharc.json", ...reporter, "--reporter-option", `output=${output}`],
    env,
  );
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  // A run that crashed has left no results.
  const tests = JSON.parse(await readFile(output, "utf8").catch(() => "[]"));
  for (const { title, state, reason } of tests) {
    if (state !== "skipped") continue;
    say(`- skipped on etcd ${etcd}: ${title}: ${reason ?? "no reason given"}`);
    if (reason === undefined) {
      checks.counts.failed += 1;
      checks.failures.push(`${title} was skipped without a reason`);
    }
  }
  return { etcd, seconds, cells: cellsOf(tests) };
}
