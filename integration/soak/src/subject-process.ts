import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { SubjectCommand, SubjectSettings, SubjectState } from "./messages.js";

/** The measured process, as the runner sees it. */
export interface SubjectProcess extends Disposable {
  /** Sends a command; resolves when it is done. Rejects if the process ends instead. */
  ask(command: SubjectCommand): Promise<SubjectState>;
  /** Waits for its end. Says why not if it does not end by itself within `timeoutMs`, and then kills it. */
  ended(timeoutMs: number): Promise<string | undefined>;
}

const script = fileURLToPath(new URL("./subject.js", import.meta.url));

export function startSubject(settings: SubjectSettings): SubjectProcess {
  const child = fork(script, [JSON.stringify(settings)], {
    execArgv: ["--expose-gc"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exit = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    async ask(command) {
      const answer = once(child, "message") as Promise<[SubjectState]>;
      child.send(command);
      const failed = exit.then(([code, signal]) => {
        throw new Error(
          `the measured process ended during "${command.kind}": ${signal ?? `exit code ${code}`}`,
        );
      });
      const [state] = await Promise.race([answer, failed]);
      return state;
    },
    async ended(timeoutMs) {
      const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
      const [code, signal] = await exit;
      clearTimeout(timer);
      if (signal !== null) return `the process did not end by itself within ${timeoutMs} ms`;
      return code === 0 ? undefined : `the process ended with exit code ${code}`;
    },
    [Symbol.dispose]() {
      if (isRunning()) child.kill("SIGKILL");
    },
  };
}
