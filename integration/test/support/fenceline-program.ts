import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../../packages/cli/bin/fenceline.js", import.meta.url));

/** The `fenceline` command, as a process of its own. Disposing it kills it. */
export interface FencelineProgram extends Disposable {
  kill(signal: NodeJS.Signals): void;
  /** What the pattern finds in what it has written, as soon as it is there. */
  untilWritten(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<{ readonly exitCode: number; readonly written: string }>;
}

export function startFenceline(...args: string[]): FencelineProgram {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let written = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      written += text;
    });
  }
  return {
    kill: (signal) => void child.kill(signal),
    async untilWritten(pattern) {
      for (;;) {
        const found = pattern.exec(written);
        if (found !== null) return found;
        if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${written}`);
        await sleep(20);
      }
    },
    ended: once(child, "exit").then(([exitCode]) => ({ exitCode: exitCode as number, written })),
    [Symbol.dispose]: () => void child.kill("SIGKILL"),
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
