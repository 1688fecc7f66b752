import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A step that ended with an exit code other than 0. */
export class StepError extends Error {}

/**
 * Runs a command in the repository's folder after saying so. Its output goes to stderr: stdout belongs to what
 * the steps prepare. A signal that ends this process ends the command too.
 */
export async function runStep(title, command, args, env = {}) {
  console.error(`> ${title}: ${[command.replace(ROOT, ""), ...args].join(" ")}`);
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", process.stderr, process.stderr],
  });
  const stop = (signal) => {
    child.kill(signal);
    process.exit(1);
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    const code = await new Promise((resolve, reject) => {
      child.once("error", reject).once("exit", (code, signal) => resolve(code ?? signal));
    });
    if (code !== 0) throw new StepError(`${title}: \`${command}\` ended with ${code}`);
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}
