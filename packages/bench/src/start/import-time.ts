import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const script = fileURLToPath(new URL("../programs/import.js", import.meta.url));

/** How long the import of the last of some packages takes in a new process, in milliseconds. */
export async function importMs(packages: readonly string[]): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...packages]);
  return Number(stdout);
}
