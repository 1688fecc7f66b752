import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Runs a command to its end and returns what it wrote; rejects with its error output when it fails. */
export async function runCommand(command: string, args: readonly string[], cwd?: string): Promise<string> {
  const { stdout } = await execute(command, args, { cwd });
  return stdout;
}
