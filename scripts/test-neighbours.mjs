// `npm run test:neighbours`: locks shared with etcdctl, tooz, Cinder and oslo.concurrency themselves, as far as this
// machine has them; says what it skips.
// `npm run test:neighbours -- --install`: fetches Debian's packages with them first (Debian or Ubuntu, as root).
import { createChecks } from "./lib/checks.js";
import { requireNodeVersion } from "./lib/node-version.js";
import { StepError } from "./lib/step.js";
import { buildProjects, installWorkspace } from "./lib/workspace.js";

requireNodeVersion();
const known = ["--install"];
const unknown = process.argv.slice(2).find((argument) => !known.includes(argument));
if (unknown !== undefined) {
  console.error(`unknown option ${unknown}\nusage: npm run test:neighbours [-- --install]`);
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

const checks = createChecks();
const { describeVersions, findNeighbours } = await import("./lib/neighbours.js");
const runs = await findNeighbours({
  install: process.argv.includes("--install"),
  say: (message) => console.log(message),
  skip: (what, why) => checks.skip(what, why),
});
for (const { title, env, ignored } of runs) {
  const ignore =
    ignored === undefined ? [] : ["--ignore", `integration/dist-test/neighbours/${ignored}.ntest.js`];
  console.log(`${title}: ${describeVersions(env)}`);
  await checks.run(
    title,
    "node_modules/.bin/mocha",
    ["--config", "integration/neighbours.mocharc.json", ...ignore],
    { FENCELINE_TEST_RUNTIME: "process", ...env },
  );
}
checks.report();
