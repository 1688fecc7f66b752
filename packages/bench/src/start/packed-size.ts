import { execFile } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** How large the package is that npm would publish, in bytes. */
export async function packedBytes(name: string): Promise<number> {
  const folder = dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`)));
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const { stdout } = await promisify(execFile)("npm", args, { cwd: folder });
  const [packed] = JSON.parse(stdout) as { size: number }[];
  return packed?.size ?? Number.NaN;
}
