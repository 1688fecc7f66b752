/** Wrong usage of a command; the message says what to write instead. */
export class UsageError extends Error {}

/** What the commands have in common, for `parseArgs`. */
export const runOptions = {
  seed: { type: "string" },
  nodes: { type: "string", default: "5" },
  history: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** What `parse` returns; what it throws is wrong usage. */
export function orUsageError<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** A whole number of the command line. */
export function integer(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  return refuse(option, `a whole number from ${min} to ${max}`, text);
}

/** A seed of the command line, or a new one. */
export function seedFrom(text: string | undefined, freshSeed: () => number): number {
  return text === undefined ? freshSeed() : integer("--seed", text, 0, 2 ** 32 - 1);
}

/** A directory of the command line; whether it is usable is found out later. */
export function directoryFrom(option: string, text: string | undefined): string | undefined {
  return text === "" ? refuse(option, "a directory", text) : text;
}

export function refuse(option: string, expected: string, value: string): never {
  throw new UsageError(`Expected ${option} to be ${expected}, got "${value}"`);
}
