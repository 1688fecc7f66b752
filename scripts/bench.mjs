// `npm run bench`: installs and builds what the benchmarks need, finds their peers, then runs them with the same
// arguments. With `--install` it fetches Debian's packages with the peers first (Debian or Ubuntu, as root).
import { requireNodeVersion } from "./lib/node-version.js";
import { StepError } from "./lib/step.js";
import { buildProjects, installWorkspace } from "./lib/workspace.js";

requireNodeVersion();
try {
  await installWorkspace();
  await buildProjects("packages/bench");
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  console.error(error.message);
  process.exit(1);
}
if (!process.argv.includes("--help") && !process.argv.includes("-h")) {
  const { findBenchPeers } = await import("./lib/bench-peers.js");
  const env = await findBenchPeers({ install: process.argv.includes("--install") });
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
await import("../packages/bench/dist/main.js");
