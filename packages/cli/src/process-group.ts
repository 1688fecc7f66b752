import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { signalExitCode } from "./caught-signals.js";
import { ExitError } from "./command.js";
import { exitCodes } from "./exit-codes.js";

/** A program with all that it starts, on this process's stdin, stdout and stderr. */
export interface ProcessGroup {
  /** The program's exit code, as a shell has it; rejects with an `ExitError` if it cannot be started. */
  readonly exited: Promise<number>;
  /** Sends a signal to the whole group; nothing happens if none of it is left. */
  signal(signal: NodeJS.Signals): void;
  /** Sends SIGTERM, after `killAfterMs` SIGKILL; resolves when the group has ended or was killed. */
  end(killAfterMs: number): Promise<void>;
}

/** How often to look whether a group has ended, in milliseconds. */
const LOOK_INTERVAL_MS = 20;

/**
 * Starts a program in a process group of its own: a signal can then reach all that it has started, and not the
 * pipeline or the npx that this process is part of. Such a group is a session too, without a controlling terminal. So
 * a program can read the terminal (no SIGTTIN) and use it as an editor or a shell does, while Ctrl-C and the like come
 * to this process, which has to pass them on; job control and `/dev/tty` are what it does not have.
 */
export function startGroup(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ProcessGroup {
  let pid: number | undefined;
  const exited = new Promise<number>((resolve, reject) => {
    const cannotStart = (error: Error): void => reject(startError(program, error));
    try {
      const child = spawn(program, args, { env, stdio: "inherit", detached: true });
      pid = child.pid;
      child.once("error", cannotStart);
      child.once("exit", (code, signal) =>
        resolve(signal === null ? (code as number) : signalExitCode(signal)),
      );
    } catch (error) {
      cannotStart(error as Error);
    }
  });
  /** Whether there was anybody to receive it. 0 is no signal. */
  const send = (signal: NodeJS.Signals | 0): boolean => {
    if (pid === undefined) return false;
    try {
      return process.kill(-pid, signal);
    } catch (error) {
      // EPERM: all that is left runs as another user.
      if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
      return true;
    }
  };
  return {
    exited,
    signal: send,
    async end(killAfterMs) {
      const killAt = performance.now() + killAfterMs;
      send("SIGTERM");
      while (send(0) && performance.now() < killAt) await sleep(LOOK_INTERVAL_MS);
      send("SIGKILL");
    },
  };
}

function startError(program: string, error: NodeJS.ErrnoException): ExitError {
  if (error.code === "ENOENT") {
    return new ExitError(exitCodes.notFound, `cannot run "${program}": there is no such program`);
  }
  return new ExitError(exitCodes.notExecutable, `cannot run "${program}": ${error.message}`);
}
