import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const running = new Set<ChildProcess>();

// A test that timed out has not come to its own end.
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
});

/** A process of a test that is talked to line by line and does not outlive the test. */
export interface Child extends AsyncDisposable {
  /** The next line that it prints. */
  line(): Promise<string>;
  /** All lines that it has yet to print, when it has ended. */
  remainingLines(): Promise<readonly string[]>;
  /** Sends it an empty line. */
  goOn(): void;
  /** Sends it a line of text. */
  send(text: string): void;
  signal(signal: NodeJS.Signals): void;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

export function startChild(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Child {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], env });
  child.stdin.on("error", () => {}); // it may have ended before it was told to go on
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  running.add(child);
  const ended = once(child, "exit").then(([code, signal]) => {
    running.delete(child);
    return code ?? signal;
  });
  return {
    async line() {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${command} ${args.join(" ")} ended: ${await ended}`);
      return value;
    },
    async remainingLines() {
      const all: string[] = [];
      for await (const line of { [Symbol.asyncIterator]: () => lines }) all.push(line);
      return all;
    },
    goOn: () => void child.stdin.write("\n"),
    send: (text) => void child.stdin.write(`${text}\n`),
    signal: (signal) => void child.kill(signal),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
