import { parseArgs } from "node:util";

export interface SoakOptions {
  /** How long each phase lasts. */
  readonly seconds: number;
  /** How many locks are held at once. */
  readonly locks: number;
  readonly waiters: number;
  readonly json: boolean;
  /** The control: the measured process leaks on purpose. Such a run has to fail. */
  readonly leak: boolean;
  readonly help: boolean;
}

export const USAGE: string = `Usage: npm run soak -- [options]

One process holds many global locks, with waiters behind some of them, and then takes and releases locks as fast as it
can, on an etcd of its own. Its memory, its lease, its watches and its renewals must stay as they are, and nothing may
be left when it has closed its coordinator.

  --seconds N   how long each of the two phases lasts, 5 to 86400; 600
  --locks N     how many locks are held at once, 1 to 100000; 10000
  --waiters N   how many requests wait meanwhile, 0 to 10000, at most two for each lock; 500
  --leak        the control: the process leaks on purpose. This run has to fail
  --json        print the report as one JSON object on the last line of stdout
  -h, --help    print this

Exit code: 0 if nothing grew and nothing was left, 1 if something did, 64 for wrong usage.`;

/** Wrong usage; the message says what to write instead. */
export class UsageError extends Error {}

/** Reads the command line. Throws `UsageError` for anything that it does not know. */
export function parseOptions(args: readonly string[]): SoakOptions {
  const { locks, seconds, waiters, ...flags } = read(args);
  const options = {
    ...flags,
    seconds: integer("--seconds", seconds, 5, 86_400),
    locks: integer("--locks", locks, 1, 100_000),
    waiters: integer("--waiters", waiters, 0, 10_000),
  };
  if (options.waiters > 2 * options.locks) refuse("--waiters", "at most two for each lock", waiters);
  return options;
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seconds: { type: "string", default: "600" },
        locks: { type: "string", default: "10000" },
        waiters: { type: "string", default: "500" },
        leak: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function integer(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  return refuse(option, `a whole number from ${min} to ${max}`, text);
}

function refuse(option: string, expected: string, value: string): never {
  throw new UsageError(`Expected ${option} to be ${expected}, got "${value}"`);
}
