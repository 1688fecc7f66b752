import { InvalidArgumentError } from "../errors.js";
import { type LockKey, lockKey, type Scope } from "../lock-key.js";
import {
  type ParameterName,
  parseTemplate,
  renderTemplate,
  type TemplateParameters,
} from "./name-template.js";

/** A call of a driver that must hold the lock while it runs. */
export interface GuardedCall<Method extends string = string> {
  /** The name of the driver's method. */
  readonly method: Method;
  /** What the lock protects, in a sentence. */
  readonly criticalSection: string;
  /** The call in the system that the definition was taken from: `LioAdm._execute`. */
  readonly origin?: string | undefined;
}

/** Where a definition was read, so that anyone can look it up. */
export interface LockSource {
  /** `openstack/cinder` */
  readonly repository: string;
  /** The release or tag that was read. */
  readonly release: string;
  readonly commit?: string | undefined;
  readonly files: readonly string[];
}

/** All that is known of a kind of lock; every member is data, for catalogues and reports. */
export interface LockDefinitionOptions<Template extends string = string, Method extends string = string> {
  /** The storage system, as people call it. */
  readonly system: string;
  readonly scope: Scope;
  /** The lock's name, parameters in braces: `infinidat-{managementAddress}-lock`. */
  readonly template: Template;
  /** What each parameter of the template means: all of them, and no other. */
  readonly parameters: { readonly [Name in ParameterName<Template>]: string };
  /** The driver's calls that the lock guards. */
  readonly guards: readonly GuardedCall<Method>[];
  /**
   * `"cinder"`: the names are OpenStack Cinder's own, byte for byte. Cinder encodes them as ASCII and fails for
   * others, so other characters are refused here too.
   */
  readonly names?: "cinder" | undefined;
  /** The releases that use this name: from `since` on, and no more from `before` on. */
  readonly releases?:
    | { readonly since?: string | undefined; readonly before?: string | undefined }
    | undefined;
  /** Which locks it is taken inside of, or must not be, in a sentence. */
  readonly nesting?: string | undefined;
  /**
   * Set where a wider scope would be pointless, because the lock protects something of the `host` (a command
   * line tool) or of the `process`.
   */
  readonly belongsTo?: "host" | "process" | undefined;
  /** What the array can check of a fencing token: `"none"`, or how. */
  readonly fencing?: string | undefined;
  /** How long the lock should rest after an unclean end, in milliseconds, for calls that are still under way. */
  readonly lockDelayMs?: number | undefined;
  readonly source?: LockSource | undefined;
}

/** A kind of lock: call it with the template's parameters and get the key of one lock. */
export interface LockDefinition<Template extends string = string, Method extends string = string>
  extends LockDefinitionOptions<Template, Method> {
  /** @throws InvalidArgumentError for a parameter that is missing, empty, or not to be put in a name. */
  (
    ...parameters: [ParameterName<Template>] extends [never] ? [] : [parameters: TemplateParameters<Template>]
  ): LockKey;
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
 * the template.
 */
export function defineLock<const Template extends string, const Method extends string>(
  options: LockDefinitionOptions<Template, Method>,
): LockDefinition<Template, Method> {
  const template = parseTemplate(options.template);
  const { names, parameters, scope } = options;
  if (names !== undefined && names !== "cinder") {
    throw new InvalidArgumentError("names", '"cinder" or left out', names);
  }
  lockKey(scope, template.text);
  assertEncodable("template", template.text, names);
  assertParameters(template.parameterNames, parameters);

  const keyOf = (values?: unknown): LockKey => {
    const name = renderTemplate(template, values);
    assertEncodable("parameters", name, names);
    return { ...lockKey(scope, name), template: template.text };
  };
  return Object.freeze(Object.assign(keyOf, options)) as LockDefinition<Template, Method>;
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

function assertParameters(names: readonly string[], meanings: unknown): void {
  const described = Object.entries(meanings ?? {});
  for (const [name, meaning] of described) {
    if (!names.includes(name)) {
      throw new InvalidArgumentError("parameters", `about parameters of the template (${names})`, name);
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
