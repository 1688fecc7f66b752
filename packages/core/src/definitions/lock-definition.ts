import { InvalidArgumentError } from "../errors.js";
import { assertLockDelay, type LockKey, lockKey, toLockKey } from "../lock-key.js";
import type { LockDefinitionOptions } from "./lock-definition-options.js";
import {
  assertNaming,
  assertRelease,
  compareReleases,
  type FormerName,
  type LockNaming,
  templateFor,
} from "./lock-naming.js";
import {
  type ParameterName,
  type ParameterValue,
  parseTemplate,
  renderTemplate,
  type TemplateParameters,
} from "./name-template.js";

/** The parameters of a definition's call: those of its name, and those of its other names where they are used. */
type CallParameters<Template extends string, OtherTemplate extends string> = [
  ParameterName<Template>,
] extends [never]
  ? [ParameterName<OtherTemplate>] extends [never]
    ? []
    : [parameters?: OtherParameters<OtherTemplate>]
  : [parameters: TemplateParameters<Template> & OtherParameters<OtherTemplate>];

type OtherParameters<OtherTemplate extends string> = {
  readonly [Name in ParameterName<OtherTemplate>]?: ParameterValue | undefined;
};

/** A kind of lock: call it with the template's parameters and get the key of one lock. */
export interface LockDefinition<
  Template extends string = string,
  Method extends string = string,
  OtherTemplate extends string = never,
> extends LockDefinitionOptions<Template, Method, OtherTemplate> {
  /** @throws InvalidArgumentError for a parameter that is missing, empty, or not to be put in a name. */
  (...parameters: CallParameters<Template, OtherTemplate>): LockKey;
}

/** A definition whose template is not known to the compiler; make its keys with `renderKey`. */
export interface AnyLockDefinition extends LockDefinitionOptions {
  (parameters: never): LockKey;
}

/** The methods that a set of definitions guards, as a union of their names. */
export type GuardedMethod<Definitions extends Readonly<Record<string, AnyLockDefinition>>> =
  Definitions[keyof Definitions]["guards"][number]["method"];

/**
 * Defines a kind of lock. The result is a function of the template's parameters, which carries what it was
 * defined with as readonly properties.
 *
 * @example
 * ```ts
 * const connection = defineLock({
 *   system: "InfiniBox",
 *   scope: "global",
 *   template: "infinidat-{managementAddress}-lock",
 *   parameters: { managementAddress: "address of the array's management interface" },
 *   guards: [{ method: "initializeConnection", criticalSection: "find or create the host and map the volume" }],
 * });
 *
 * await coordinator.withLock(connection({ managementAddress: "10.0.0.9" }), work);
 * ```
 *
 * @throws InvalidArgumentError for a template that cannot be read, and for `parameters` that are not those of
 * the templates.
 */
export function defineLock<
  const Template extends string,
  const Method extends string,
  const OtherTemplate extends string = never,
>(
  options: LockDefinitionOptions<Template, Method, OtherTemplate>,
): LockDefinition<Template, Method, OtherTemplate> {
  const { formerNames = [], names, perArray, scope, template } = options;
  if (names !== undefined && names !== "cinder") {
    throw new InvalidArgumentError("names", '"cinder" or left out', names);
  }
  assertLockDelay(options.lockDelayMs);
  assertInOrder(formerNames);
  const others = [...formerNames.map((former) => former.template), perArray ?? []].flat();
  for (const text of [template, ...others]) {
    lockKey(scope, text);
    assertEncodable("template", text, names);
  }
  const parameterNames = [template, ...others].flatMap((text) => parseTemplate(text).parameterNames);
  assertParameters(new Set(parameterNames), options.parameters);
  return createDefinition(options) as unknown as LockDefinition<Template, Method, OtherTemplate>;
}

/**
 * The same definitions with the names that a naming selects for them; their `template` is that name's.
 *
 * @throws InvalidArgumentError for a release that is none, and for `per: "array"` where every name has its array
 * already
 */
export function nameLocks<Definitions extends Readonly<Record<string, AnyLockDefinition>>>(
  definitions: Definitions,
  naming: LockNaming,
): Definitions {
  assertNaming(naming);
  const all = Object.entries(definitions);
  if (naming.per === "array" && all.every(([, { perArray }]) => perArray === undefined)) {
    const which = `left out for ${all[0]?.[1].system}, whose locks have no name per array`;
    throw new InvalidArgumentError("per", which, naming.per);
  }
  const named = all.map(([name, definition]) => {
    const template = templateFor(definition, naming);
    if (template === definition.template) return [name, definition];
    return [name, createDefinition({ ...definition, template })];
  });
  return Object.fromEntries(named) as Definitions;
}

/** The same definitions with another lock delay. */
export function delayLocks<Definitions extends Readonly<Record<string, AnyLockDefinition>>>(
  definitions: Definitions,
  lockDelayMs: number,
): Definitions {
  assertLockDelay(lockDelayMs);
  const delayed = Object.entries(definitions).map(([name, definition]) => [
    name,
    createDefinition({ ...definition, lockDelayMs }),
  ]);
  return Object.fromEntries(delayed) as Definitions;
}

/** The function of a definition, with what it was defined with as its properties. */
function createDefinition(options: LockDefinitionOptions): AnyLockDefinition {
  const template = parseTemplate(options.template);
  const { belongsTo, globalName, lockDelayMs, names, scope } = options;
  const keyOf = (values?: unknown): LockKey => {
    const name = renderTemplate(template, values);
    assertEncodable("parameters", name, names);
    return toLockKey({
      scope,
      name,
      template: template.text,
      ...(belongsTo === undefined ? {} : { belongsTo }),
      ...(globalName === undefined ? {} : { globalName: globalName(name) }),
      ...(lockDelayMs === undefined ? {} : { lockDelayMs }),
    });
  };
  return Object.freeze(Object.assign(keyOf, options));
}

/**
 * Makes a key from values that the compiler has not seen, from a command line or a configuration file. They are
 * checked as in any other call of a definition.
 *
 * @throws InvalidArgumentError
 */
export function renderKey(
  definition: AnyLockDefinition,
  parameters: Readonly<Record<string, unknown>>,
): LockKey {
  return definition(parameters as never);
}

function assertInOrder(formerNames: readonly FormerName[]): void {
  for (const [index, { before }] of formerNames.entries()) {
    assertRelease(`formerNames[${index}].before`, before);
    const earlier = formerNames[index - 1];
    if (earlier !== undefined && compareReleases(earlier.before, before) >= 0) {
      throw new InvalidArgumentError("formerNames", "the oldest name first", `${earlier.before}, ${before}`);
    }
  }
}

function assertParameters(names: ReadonlySet<string>, meanings: unknown): void {
  const described = Object.entries(meanings ?? {});
  for (const [name, meaning] of described) {
    if (!names.has(name)) {
      const known = [...names].join(", ");
      throw new InvalidArgumentError("parameters", `about parameters of the template (${known})`, name);
    }
    if (typeof meaning !== "string" || meaning === "") {
      throw new InvalidArgumentError(`parameters.${name}`, "the meaning of the parameter", meaning);
    }
  }
  for (const name of names) {
    if (!described.some(([key]) => key === name)) {
      throw new InvalidArgumentError(`parameters.${name}`, "the meaning of the parameter", undefined);
    }
  }
}

function assertEncodable(argument: string, text: string, names: "cinder" | undefined): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what Python's encode("ascii") takes.
  if (names === "cinder" && !/^[\x00-\x7f]*$/.test(text)) {
    throw new InvalidArgumentError(argument, "ASCII, as Cinder encodes the names of its locks", text);
  }
}
