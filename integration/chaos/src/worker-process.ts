import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { WorkerCommand, WorkerReport, WorkerSettings } from "./messages.js";
import type { Recorder } from "./recorder.js";

/** One worker, as the runner sees it. */
export interface WorkerProcess {
  readonly name: string;
  readonly isRunning: boolean;
  /** Cannot do anything: it is dead, or stopped. */
  readonly isSilent: boolean;
  /** Sends a command and waits until it is taken; rejects after `timeoutMs`, or if the worker ends. */
  command(command: WorkerCommand, timeoutMs: number): Promise<void>;
  /** SIGSTOP. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Lets it end by itself. Says why not if it does not within `timeoutMs`, and then kills it. */
  stop(timeoutMs: number): Promise<string | undefined>;
}

export interface WorkerProcessOptions {
  readonly settings: WorkerSettings;
  readonly recorder: Recorder;
  readonly onReport: (report: WorkerReport) => void;
  /** It ended, and nobody had asked it to. */
  readonly onFailed: (why: string) => void;
}

const script = fileURLToPath(new URL("./worker.js", import.meta.url));

export function startWorkerProcess(options: WorkerProcessOptions): WorkerProcess {
  const { recorder, settings } = options;
  const { name } = settings;
  const child = fork(script, [JSON.stringify(settings)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const end = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  let isPaused = false;
  let mayEnd = false;

  child.on("message", (message) => options.onReport(message as WorkerReport));
  end.then(([code, signal]) => {
    if (mayEnd && code === 0) return;
    recorder.record({ kind: "crash", worker: name });
    if (!mayEnd) options.onFailed(`worker ${name} ended by itself: ${signal ?? `exit code ${code}`}`);
  }, ignore);

  const worker: WorkerProcess = {
    name,
    get isRunning() {
      return child.exitCode === null && child.signalCode === null;
    },
    get isSilent() {
      return isPaused || !worker.isRunning;
    },
    command: (command, timeoutMs) => sendCommand(child, command, timeoutMs),
    pause() {
      isPaused = true;
      recorder.record({ kind: "pause", worker: name });
      child.kill("SIGSTOP");
    },
    resume() {
      child.kill("SIGCONT");
      recorder.record({ kind: "resume", worker: name });
      isPaused = false;
    },
    async kill() {
      mayEnd = true;
      // The kernel frees its node locks when it dies, which is known here a little later: nobody can say what it believes
      // from now on.
      recorder.record({ kind: "pause", worker: name });
      child.kill("SIGKILL");
      await end;
    },
    async stop(timeoutMs) {
      if (!worker.isRunning) return undefined;
      mayEnd = true;
      child.send({ kind: "stop" } satisfies WorkerCommand, ignore);
      const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
      const [code, signal] = await end;
      clearTimeout(timer);
      if (code === 0) return undefined;
      return signal === null
        ? `worker ${name} ended with exit code ${code}`
        : `worker ${name} did not end by itself within ${timeoutMs} ms`;
    },
  };
  return worker;
}

function sendCommand(child: ChildProcess, command: WorkerCommand, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error | null): void => {
      clearTimeout(timer);
      child.off("message", onMessage);
      if (error) reject(error);
      else resolve();
    };
    const onMessage = (message: unknown): void => {
      const report = message as WorkerReport;
      if (report.kind === "obeyed" && report.command === command.kind) end();
    };
    const tooLate = new Error(`the worker did not take the command "${command.kind}" within ${timeoutMs} ms`);
    const timer = setTimeout(() => end(tooLate), timeoutMs);
    child.on("message", onMessage);
    child.send(command, (error) => error && end(error));
  });
}

/** What became of a process is told by its end. */
function ignore(): void {}
