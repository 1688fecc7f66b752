import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A process of the demo. It ends when the demo ends, in whatever way (see lifeline.ts). */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  send(message: object): void;
  /** The next message; rejects when the process ends before. */
  nextMessage<T>(timeoutMs: number): Promise<T>;
  signal(signal: NodeJS.Signals): void;
}

/** Starts a compiled module (its path from `dist/`) in a process of its own. */
export function startChild(module: string, ...args: readonly string[]): Child {
  const path = fileURLToPath(new URL(`../${module}`, import.meta.url));
  // stdout is the demo's own; what a process has to complain about goes to stderr.
  const child = fork(path, args, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const ended = once(child, "exit");
  const { pid } = child;
  if (pid === undefined) throw new Error(`${module} could not be started`);
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  void ended.then(() => process.off("exit", kill));

  return {
    pid,
    // The callback takes the error of a process that has ended: there is nobody to tell then.
    send: (message) => void child.send(message, () => {}),
    async nextMessage<T>(timeoutMs: number) {
      const timeout = AbortSignal.timeout(timeoutMs);
      const died = ended.then(() => {
        throw new Error(`${module} ended`);
      });
      try {
        const [message] = await Promise.race([once(child, "message", { signal: timeout }), died]);
        return message as T;
      } catch (error) {
        throw timeout.aborted ? new Error(`${module} said nothing within ${timeoutMs} ms`) : error;
      }
    },
    signal: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      kill();
      if (child.exitCode === null && child.signalCode === null) await ended;
    },
  };
}
