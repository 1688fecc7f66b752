import { UsageError } from "./command.js";

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
/** The longest time that a timer takes, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/** The value of an option, "500ms", "10s", "2m" or "1h", in milliseconds; nothing stays nothing. */
export function readDuration<T extends string | undefined>(
  option: string,
  text: T,
): number | Extract<T, undefined>;
export function readDuration(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const durationMs = Math.round(Number(number) * units[unit as keyof typeof units]);
  // Also for what is no number.
  if (!(durationMs <= LONGEST_MS)) {
    throw new UsageError(`--${option} is a duration like 10s or 500ms, of 24 days at most, not "${text}"`);
  }
  return durationMs;
}
