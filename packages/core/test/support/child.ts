import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A process that a test talks to line by line, and that does not outlive the test. */
export interface Child extends AsyncDisposable {
  /** The next line that it prints. */
  line(): Promise<string>;
  /** Sends it an empty line. */
  goOn(): void;
  /** Ends it on the spot, as a crash would. */
  kill(): void;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

export function startChild(command: string, args: readonly string[]): Child {
  const child: ChildProcess = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("no pipes");
  stdin.on("error", () => {}); // it may have ended before it was told to go on
  const lines = createInterface(stdout)[Symbol.asyncIterator]();
  const ended = once(child, "exit").then(([code, signal]) => code ?? signal);
  return {
    async line() {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${command} ${args.join(" ")} ended: ${await ended}`);
      return value;
    },
    goOn: () => void stdin.write("\n"),
    kill: () => void child.kill("SIGKILL"),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
