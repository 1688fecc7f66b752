// `npm run soak`: installs and builds what the soak needs, then runs it with the same arguments.
import { requireNodeVersion } from "./lib/node-version.js";
import { StepError } from "./lib/step.js";
import { buildProjects, installWorkspace } from "./lib/workspace.js";

requireNodeVersion();
try {
  await installWorkspace();
  await buildProjects("integration/soak");
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  console.error(error.message);
  process.exit(1);
}
await import("../integration/soak/dist/src/main.js");
