import { requireNodeVersion } from "./node-version.js";
import { ROOT, StepError } from "./step.js";
import { buildProjects, installWorkspace } from "./workspace.js";

/**
 * Installs and builds what a program of this repository needs, then runs it in this process with the same arguments.
 *
 * @param {string} project the folder with its `tsconfig.json`
 * @param {string} main its compiled module, below that folder
 */
export async function runBuilt(project, main) {
  requireNodeVersion();
  try {
    await installWorkspace();
    await buildProjects(project);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
  await import(`${ROOT}${project}/${main}`);
}
