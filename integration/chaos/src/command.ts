import { mkdir, mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type EtcdCluster, EtcdNotFoundError, EtcdStartError, startEtcd } from "@fenceline/testing";
import { UsageError } from "./usage.js";

/** sysexits.h: the command was used wrongly. */
const EX_USAGE = 64;

/** Runs a command to its end and sets the exit code of this process: what `run` resolves to, if it does. */
export async function runCommand(usage: string, run: () => Promise<number>): Promise<void> {
  // With this process end its workers, also those that are stopped, and the cluster.
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
  try {
    process.exitCode = await run();
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${usage}`);
      process.exitCode = EX_USAGE;
    } else if (error instanceof EtcdNotFoundError || error instanceof EtcdStartError) {
      console.error(error.message);
      process.exitCode = 1;
    } else throw error;
  }
}

/** Says things on stderr, with the seconds since now. */
export function startLog(): (message: string) => void {
  const startMs = performance.now();
  return (message) => {
    console.error(`${((performance.now() - startMs) / 1_000).toFixed(1).padStart(7)} s  ${message}`);
  };
}

/** A cluster of a run's own, which it may break. */
export function startRunCluster(): Promise<EtcdCluster> {
  return startEtcd({ members: 3, runtime: "process", install: true });
}

/** The directory that `--history` names, which has to be empty or new, or one that the system makes up. */
export async function openHistoryDirectory(named: string | undefined): Promise<string> {
  if (named === undefined) return mkdtemp(join(tmpdir(), "fenceline-chaos-"));
  const directory = resolve(named);
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length === 0) return directory;
  throw new UsageError(`Expected --history to be an empty directory, or a new one, got "${named}"`);
}
