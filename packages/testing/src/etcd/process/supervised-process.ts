import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterParent } from "./after-parent.js";

export interface SupervisedProcessOptions {
  readonly env: NodeJS.ProcessEnv;
  /** File descriptor that takes the output. A file, not a pipe: nobody has to read it for the child to go on. */
  readonly output: number;
}

/** A child process that does not survive this one. */
export interface SupervisedProcess {
  readonly pid: number;
  readonly isRunning: boolean;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when the process has ended; keeps this process alive meanwhile. */
  exited(): Promise<void>;
}

/**
 * Starts a process in a session of its own. It does not keep this process alive and is killed with it: by an
 * `exit` listener where Node.js ends in an orderly way, by a watching shell where it does not. No signal
 * handler is installed, so Ctrl-C ends this process as ever.
 */
export function startSupervised(
  command: string,
  args: readonly string[],
  options: SupervisedProcessOptions,
): SupervisedProcess {
  // The command starts when told to, once somebody watches over it; no moment is left to be killed between.
  const child = spawn("sh", ["-c", 'read -r _ && exec "$@"', "sh", command, ...args], {
    env: options.env,
    stdio: ["pipe", options.output, options.output],
    detached: true,
  });
  const { pid, stdin } = child;
  if (pid === undefined || stdin === null) throw new Error("no process could be started: `sh` not found");
  const watch = afterParent(["kill", "-9", String(pid)]);
  stdin.on("error", () => {}); // killed before it was told to start
  stdin.end("start\n");
  child.unref();
  killAtExit(child);
  const ended = once(child, "exit");
  void ended.then(() => watch[Symbol.dispose]());

  return {
    pid,
    get isRunning() {
      return child.exitCode === null && child.signalCode === null;
    },
    signal: (signal) => void child.kill(signal),
    async exited() {
      child.ref();
      await ended;
    },
  };
}

const running = new Set<ChildProcess>();

function killAtExit(child: ChildProcess): void {
  if (running.size === 0) process.on("exit", killAll);
  running.add(child);
  child.once("exit", () => {
    running.delete(child);
    if (running.size === 0) process.off("exit", killAll);
  });
}

function killAll(): void {
  for (const child of running) child.kill("SIGKILL");
}
