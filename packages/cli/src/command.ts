/** Where a command writes; the tests put their own in its place. */
export interface Output {
  /** Writes a text with a line break after it to standard output. */
  print(text: string): void;
  /** The same to standard error. */
  complain(text: string): void;
}

/** A subcommand of `fenceline`. */
export interface Command {
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** The help text: how to call it, and what its options mean. */
  readonly usage: string;
  /** Does it, and gives the exit code. Throws `UsageError` for arguments that it cannot take. */
  run(args: readonly string[], output: Output): Promise<number>;
}

/** The command line is wrong: shown with the way to the help text, exit code 64. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The command ends without having done what was asked, with an exit code of its own. */
export class ExitError extends Error {
  override readonly name = "ExitError";
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
