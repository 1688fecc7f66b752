import { createInterface } from "node:readline";

/** What a program can be asked for, by name. */
export type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

/**
 * The line protocol of all programs, in whatever language: it writes `ready {…versions…}`, then answers each line
 * `<command> <JSON>` with `result <JSON>` or `failed <JSON text>`, one at a time, and ends with its input.
 */
export async function serve(versions: Readonly<Record<string, string>>, handlers: Handlers): Promise<void> {
  write("ready", versions);
  for await (const line of createInterface({ input: process.stdin })) {
    const space = line.indexOf(" ");
    const handler = handlers[line.slice(0, space)] as ((argument: unknown) => unknown) | undefined;
    try {
      if (handler === undefined) throw new Error(`unknown command in "${line}"`);
      write("result", (await handler(JSON.parse(line.slice(space + 1)))) ?? null);
    } catch (error) {
      write("failed", error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }
}

function write(word: string, value: unknown): void {
  process.stdout.write(`${word} ${JSON.stringify(value)}\n`);
}
