import { FencelineError } from "@fenceline/core";
import { type Command, ExitError, type Output, UsageError } from "./command.js";
import { adapters } from "./commands/adapters.js";
import { key } from "./commands/key.js";
import { lock } from "./commands/lock.js";
import { exitCodeOf, exitCodes } from "./exit-codes.js";

const commands: readonly Command[] = [adapters, key, lock];

const processOutput: Output = {
  print: (text) => process.stdout.write(`${text}\n`),
  complain: (text) => process.stderr.write(`${text}\n`),
};

/** The `fenceline` command: does what the arguments say and gives the exit code. Never rejects. */
export async function main(args: readonly string[], output: Output = processOutput): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    return help(rest[0], output);
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    output.complain(`fenceline: there is no command "${name}"\n\n${overview()}`);
    return exitCodes.usage;
  }
  if (asksForHelp(rest)) return help(name, output);
  try {
    return await command.run(rest, output);
  } catch (error) {
    return explain(error, command, output);
  }
}

/** What stands after `--` is not for us. */
function asksForHelp(args: readonly string[]): boolean {
  const own = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  return own.includes("--help") || own.includes("-h");
}

function help(name: string | undefined, output: Output): number {
  const command = commands.find((candidate) => candidate.name === name);
  output.print(command === undefined ? overview() : `${command.summary}\n\n${command.usage}`);
  return exitCodes.ok;
}

function overview(): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const lines = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return ["usage: fenceline <command> …", "", ...lines, "", "fenceline help <command> says more."].join("\n");
}

function explain(error: unknown, command: Command, output: Output): number {
  if (error instanceof UsageError) {
    output.complain(`fenceline ${command.name}: ${error.message}\nfenceline help ${command.name} says more.`);
    return exitCodes.usage;
  }
  if (FencelineError.is(error)) {
    output.complain(`fenceline ${command.name}: ${error.message}`);
    return exitCodeOf(error);
  }
  if (error instanceof ExitError) {
    output.complain(`fenceline ${command.name}: ${error.message}`);
    return error.exitCode;
  }
  output.complain(`fenceline ${command.name}: ${error instanceof Error ? error.stack : error}`);
  return exitCodes.failed;
}
