import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { runtime } from "../../suite-etcd.js";
import { skip } from "../../support/skip.js";

/** Runs a program to its end; the error that it rejects with tells what the program wrote. */
export async function run(program: string, ...args: readonly string[]): Promise<void> {
  await promisify(execFile)(program, args);
}

/**
 * For `before`: skips what follows, and says why, unless this is root on Linux, with these programs, and what is tried
 * works: containers and sandboxes refuse much of what root may do elsewhere.
 */
export function needsRoot(
  programs: readonly string[],
  attempt: () => Promise<AsyncDisposable>,
): Mocha.AsyncFunc {
  return async function (this: Mocha.Context) {
    const reason = whyNot(programs) ?? (await whyRefused(attempt));
    if (reason !== undefined) skip(this, reason);
  };
}

/** For `before`: skips what follows, and says so, where etcd runs in containers. */
export function needsProcesses(this: Mocha.Context): void {
  if (runtime === "container") skip(this, "containers of etcd have networks and disks of their own");
}

function whyNot(programs: readonly string[]): string | undefined {
  if (process.platform !== "linux") return `needs Linux, this is ${process.platform}`;
  if (process.geteuid?.() !== 0) return "needs root";
  const directories = (process.env["PATH"] ?? "").split(delimiter);
  const missing = programs.filter(
    (program) => !directories.some((directory) => isExecutable(join(directory, program))),
  );
  return missing.length === 0 ? undefined : `needs ${missing.join(", ")} on the PATH`;
}

async function whyRefused(attempt: () => Promise<AsyncDisposable>): Promise<string | undefined> {
  try {
    await using _made = await attempt();
    return undefined;
  } catch (error) {
    return `this machine refuses it: ${error instanceof Error ? error.message : error}`;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
