#!/usr/bin/env node
// `npx fenceline` in a checkout: installs and builds the command the first time, then runs it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT, StepError } from "./lib/step.js";
import { buildProjects, installWorkspace } from "./lib/workspace.js";

if (!existsSync(join(ROOT, "packages/cli/dist/main.js"))) {
  try {
    await installWorkspace();
    await buildProjects("packages/cli");
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
await import("../packages/cli/bin/fenceline.js");
