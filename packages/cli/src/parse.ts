import { UsageError } from "./command.js";

/** Runs `parseArgs` of Node.js; what it does not like is a wrong command line. */
export function parse<T>(parseArguments: () => T): T {
  try {
    return parseArguments();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
