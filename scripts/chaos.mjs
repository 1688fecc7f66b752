// `npm run chaos`: installs and builds what the chaos runner needs, then runs it with the same arguments.
import { requireNodeVersion } from "./lib/node-version.js";
import { StepError } from "./lib/step.js";
import { buildProjects, installWorkspace } from "./lib/workspace.js";

requireNodeVersion();
try {
  await installWorkspace();
  await buildProjects("integration/chaos");
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  console.error(error.message);
  process.exit(1);
}
await import("../integration/chaos/dist/src/main.js");
