import { InvalidArgumentError } from "../errors.js";

/** What may stand for a parameter: text, or a whole number that JavaScript holds exactly. */
export type ParameterValue = string | number | bigint;

/** The names of a template's parameters: `"a-{b}-{c}"` has `"b" | "c"`, `"a"` has none (`never`). */
export type ParameterName<Template extends string> = string extends Template
  ? string
  : Template extends `${string}{${infer Name}}${infer Rest}`
    ? Name | ParameterName<Rest>
    : never;

/** One value for each parameter of a template. */
export type TemplateParameters<Template extends string> = {
  readonly [Name in ParameterName<Template>]: ParameterValue;
};

/** A lock's name with parameters in braces, taken apart. */
export interface NameTemplate {
  readonly text: string;
  /** In the order in which they stand in the text, each once. */
  readonly parameterNames: readonly string[];
  /** The text between the parameters: always one more than there are parameters. */
  readonly literals: readonly string[];
}

const WELL_FORMED = /^(?:[^{}]|\{[A-Za-z][A-Za-z0-9]*\})+$/;

/**
 * Reads a template such as `infinidat-{managementAddress}-lock`. A brace cannot be part of the text.
 *
 * @throws InvalidArgumentError for unbalanced or empty braces, a parameter that is no identifier, or one that
 * occurs twice.
 */
export function parseTemplate(text: string): NameTemplate {
  if (typeof text !== "string" || !WELL_FORMED.test(text)) {
    throw new InvalidArgumentError(
      "template",
      "text with {parameters} of letters and digits in braces",
      text,
    );
  }
  // A split by a pattern with a group gives literals and parameters in turn.
  const pieces = text.split(/\{(\w+)\}/);
  const parameterNames = pieces.filter((_, index) => index % 2 === 1);
  const literals = pieces.filter((_, index) => index % 2 === 0);
  if (new Set(parameterNames).size < parameterNames.length) {
    throw new InvalidArgumentError("template", "a text that has each parameter once", text);
  }
  return { text, parameterNames, literals };
}

/**
 * Puts the values where the parameters stand, in one pass: braces in a value stay as they are.
 *
 * @throws InvalidArgumentError for a value that is missing, empty, or of another type.
 */
export function renderTemplate(template: NameTemplate, values: unknown): string {
  const { literals, parameterNames, text } = template;
  if (parameterNames.length === 0) return text;
  if (typeof values !== "object" || values === null) {
    throw new InvalidArgumentError("parameters", `an object with values for "${text}"`, values);
  }
  const rendered = parameterNames.map((name) => renderValue(text, name, Reflect.get(values, name)));
  return literals.map((literal, index) => literal + (rendered[index] ?? "")).join("");
}

/** Two values that mean the same must give the same text, and no value may vanish from the name. */
function renderValue(template: string, name: string, value: unknown): string {
  const renderable =
    typeof value === "bigint" ||
    (typeof value === "string" && value !== "") ||
    (typeof value === "number" && Number.isSafeInteger(value));
  if (!renderable) {
    const expected = `a non-empty string, a safe integer or a bigint (for the lock "${template}")`;
    throw new InvalidArgumentError(name, expected, value);
  }
  return String(value);
}
