import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Ended } from "./run-command.js";

const program = fileURLToPath(new URL("../bin/fenceline.js", import.meta.url));

/** The real `fenceline`, as a process. */
export interface RunningProgram {
  readonly child: ChildProcess;
  /** Writes to its stdin and ends it. */
  input(text: string): void;
  /** What the pattern finds in its stdout, as soon as it is there. */
  untilPrinted(pattern: RegExp): Promise<RegExpExecArray>;
  /** The same of its stderr. */
  untilComplained(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
}

/** Starts `fenceline` with arguments; `env` is added to this process's environment. */
export function startProgram(args: readonly string[], env: Record<string, string> = {}): RunningProgram {
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ...env } });
  const written = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      written[name] += text;
    });
  }
  const until = async (name: "stdout" | "stderr", pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = pattern.exec(written[name]);
      if (found !== null) return found;
      if (child.exitCode !== null)
        throw new Error(`ended with ${child.exitCode}: ${JSON.stringify(written)}`);
      await sleep(20);
    }
  };
  return {
    child,
    input: (text) => child.stdin.end(text),
    untilPrinted: (pattern) => until("stdout", pattern),
    untilComplained: (pattern) => until("stderr", pattern),
    ended: once(child, "close").then(([exitCode]) => ({ exitCode: exitCode as number, ...written })),
  };
}

/** Waits until no such process runs any more; one that has ended and was not collected yet does not run. */
export async function untilGone(pid: number): Promise<void> {
  while (isRunning(pid)) await sleep(20);
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
