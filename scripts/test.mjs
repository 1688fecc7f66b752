// `npm test`: installs, builds, lints, and runs unit tests and integration tests on a real etcd.
// `npm test -- --all`: also the packed packages in other projects, and the demo with and without locks.
import { createChecks } from "./lib/checks.js";
import { requireNodeVersion } from "./lib/node-version.js";
import { StepError } from "./lib/step.js";
import { installWorkspace } from "./lib/workspace.js";

requireNodeVersion();
const known = ["--all"];
const unknown = process.argv.slice(2).find((argument) => !known.includes(argument));
if (unknown !== undefined) {
  console.error(`unknown option ${unknown}\nusage: npm test [-- --all]`);
  process.exit(64);
}
const all = process.argv.includes("--all");

try {
  await installWorkspace();
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  console.error(error.message);
  process.exit(1);
}

const checks = createChecks();
const bin = (name) => `node_modules/.bin/${name}`;
const built = await checks.run("build and types", bin("tsc"), ["-b"]);
await checks.run("lint", bin("biome"), ["check", "--error-on-warnings", "."]);
await checks.run("pattern of the adapters", process.execPath, ["scripts/check-adapters.mjs"]);
await checks.run("pinned dependencies", process.execPath, ["scripts/check-lockfile.mjs"]);
await checks.run("nothing unused", bin("knip"), ["--no-progress", "--no-config-hints"]);
if (built) {
  await checks.run("unit tests", bin("mocha"), []);
  await checks.run("planted bugs", bin("mocha"), ["--config", "packages/testing/bugs.mocharc.json"]);
  if (all) await preparePrometheus();
  await runIntegration();
  if (all) {
    await checks.run("packed packages", process.execPath, ["scripts/test-packages.mjs"]);
    await checks.run("demo", process.execPath, ["scripts/demo.mjs", "--json"]);
    await checks.run("demo without locks", process.execPath, ["scripts/demo.mjs", "--unlocked", "--json"]);
    await tryBenchmarks();
  }
}

checks.report();

/** The integration tests on every kind of etcd that this machine can start. */
async function runIntegration() {
  const { findEtcd } = await import("../packages/testing/dist/index.js");
  let found = 0;
  for (const runtime of ["process", "container"]) {
    try {
      // Debian's package is fetched where there is no other way, and where everything is to be tested.
      const install = runtime === "process" && (all || !(await hasDocker(findEtcd)));
      await findEtcd({ runtime, install });
    } catch (error) {
      checks.skip(`integration tests on a ${runtime}`, error.message);
      continue;
    }
    found += 1;
    await checks.run(
      `integration tests on a ${runtime}`,
      bin("mocha"),
      ["--config", "integration/.mocharc.json"],
      {
        FENCELINE_TEST_RUNTIME: runtime,
      },
    );
  }
  if (found > 0) return;
  if (process.env.FENCELINE_ETCD !== undefined) {
    checks.skip("tests that break their etcd", "they need `etcd` on the PATH, or Docker");
    const spec = ["global-locks", "process-faults"].map((name) => `integration/dist-test/${name}.itest.js`);
    await checks.run("integration tests on FENCELINE_ETCD", bin("mocha"), ["--timeout", "60000", ...spec]);
    return;
  }
  console.error(
    "No etcd: set FENCELINE_ETCD, put `etcd` on the PATH, start Docker, or run this on Debian or Ubuntu as root.",
  );
  checks.counts.failed += 1;
  checks.failures.push("integration tests: no etcd");
}

/** Whether the benchmarks run, and not what they measure: half a minute of them. */
async function tryBenchmarks() {
  const { findEtcd } = await import("../packages/testing/dist/index.js");
  try {
    await findEtcd({ runtime: "process", install: true });
  } catch (error) {
    checks.skip("benchmarks", error.message);
    return;
  }
  const args = ["--quick", "--scenarios", "A,H", "--mode", "disk", "--json"];
  await checks.run("benchmarks", process.execPath, ["scripts/bench.mjs", ...args]);
}

/** The tests of alerts say that they are skipped where there is no Prometheus. */
async function preparePrometheus() {
  const { fetchPrometheus } = await import("./lib/prometheus.js");
  const reason = await fetchPrometheus((message) => console.log(message));
  if (reason !== undefined) console.log(`no prometheus: ${reason}`);
}

async function hasDocker(findEtcd) {
  return findEtcd({ runtime: "container" }).then(
    () => true,
    () => false,
  );
}
