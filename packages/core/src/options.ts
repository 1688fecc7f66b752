import { InvalidArgumentError } from "./errors.js";

/** Refuses anything but an integer of the range; quotes the value. */
export function expectInteger(name: string, value: unknown, min: number, max: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
    throw new InvalidArgumentError(name, `an integer from ${min} to ${max}`, value);
  }
  return value;
}

/** Refuses anything but a non-empty string of at most `maxLength` characters without control characters. */
export function expectText(name: string, value: unknown, maxLength: number): string {
  if (typeof value !== "string" || value === "" || value.length > maxLength || /\p{Cc}/u.test(value)) {
    throw new InvalidArgumentError(name, `1 to ${maxLength} characters without control characters`, value);
  }
  return value;
}

/** Refuses names of options that do not exist: a typing error must not go unnoticed. */
export function expectKnownOptions(name: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new InvalidArgumentError(name, "an object", options);
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(name, `an object with the options ${known.join(", ")}`, unknown);
  }
}

/** "10s", "500ms" or "2m" in milliseconds. */
export function parseDuration(name: string, text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError(name, 'a duration like "10s" or "500ms"', text);
  const factor = unit === "ms" ? 1 : unit === "s" ? 1_000 : 60_000;
  return Math.round(Number(number) * factor);
}
