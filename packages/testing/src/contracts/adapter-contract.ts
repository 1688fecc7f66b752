import assert from "node:assert/strict";
import type { AnyLockDefinition, Coordinator, LockNaming, MethodName } from "@fenceline/core";
import { type AdapterSubject, callCases, namedCallCase, settle } from "./adapter-call-cases.js";
import type { ContractCase } from "./contract-case.js";
import { createLocalCoordinator } from "./local-coordinator.js";
import { RecordingDriver } from "./recording-driver.js";

/** A driver whose methods are asynchronous, as those of nearly all drivers are. */
type Asynchronous<Driver> = {
  [Name in keyof Driver]: Driver[Name] extends (...args: infer Args) => unknown
    ? (...args: Args) => Promise<string>
    : Driver[Name];
};

/** What an adapter package exports under its vendor's name. */
export interface Adapter<Driver> {
  readonly definitions: Readonly<Record<string, AnyLockDefinition>>;
  /** Gives an asynchronous driver back with the very type that it came with: the compiler proves it. */
  readonly guard: (
    coordinator: Coordinator,
    driver: Asynchronous<Driver>,
    options?: LockNaming,
  ) => Asynchronous<Driver>;
}

/** What the names of a call's locks are made of. */
export interface CallInputs {
  /** The driver's attributes. */
  readonly attributes?: object | undefined;
  /** The arguments of the call. */
  readonly args?: readonly unknown[] | undefined;
}

/** A call of a guarded method. */
export interface ExampleCall extends CallInputs {
  /** The locks that the call takes, as `scope:name`: written out by hand, not made with the adapter. */
  readonly locks: readonly string[];
  /** Inputs, in place of the example's, that lead to other locks. Left out where the names have no parameters. */
  readonly elsewhere?: CallInputs | undefined;
  /** Inputs, in place of the example's, that lack one each: an entry for each parameter of the names. */
  readonly incomplete?: readonly CallInputs[] | undefined;
  /** Inputs, in place of the example's, with which the call takes no lock: only where that is so in Cinder. */
  readonly unlocked?: CallInputs | undefined;
}

/** A guarded method that calls another one of its own object. */
export interface NestedExample<Method = string> {
  readonly outer: Method;
  readonly inner: Method;
  /** In place of the outer example's attributes. */
  readonly attributes?: object | undefined;
  /** What the coordinator is asked for, in order: for each request the locks that are taken together. */
  readonly requests: readonly (readonly string[])[];
}

/** A call under other names than the current ones. */
export interface NamedExample<Method = string> extends CallInputs {
  readonly method: Method;
  readonly naming: LockNaming;
  /** The locks that the call takes under these names, as `scope:name`. */
  readonly locks: readonly string[];
}

export interface AdapterExamples<Driver> {
  /** One call of each guarded method. */
  readonly calls: { readonly [Method in MethodName<Driver>]: ExampleCall };
  /** Calls inside calls, where the drivers make them. */
  readonly nested?: readonly NestedExample<MethodName<Driver>>[] | undefined;
  /** Calls under each other name that a definition has: of a former release, or per array. */
  readonly named?: readonly NamedExample<MethodName<Driver>>[] | undefined;
}

/**
 * What every adapter has to keep: same inputs exclude, different inputs do not, a missing input is refused before
 * anything is locked, the scope is the definition's, the guarded methods and only those are guarded, and `this`,
 * arguments, results, errors and types pass through.
 *
 * @example
 * ```ts
 * describe("adapter infinidat", () => {
 *   for (const { name, run } of adapterContract<InfinidatDriver>(infinidat, { calls })) it(name, run);
 * });
 * ```
 */
export function adapterContract<Driver>(
  adapter: Adapter<Driver>,
  { calls, nested = [], named = [] }: AdapterExamples<NoInfer<Driver>>,
): ContractCase[] {
  const subject: AdapterSubject = {
    definitions: Object.values(adapter.definitions),
    examples: calls,
    guard: (coordinator, driver, naming) => adapter.guard(coordinator, driver as never, naming),
  };
  return [
    ...definitionCases(adapter, adapter.definitions),
    ...driverCases(subject),
    ...Object.keys(calls).flatMap((method) => [...callCases(subject, method)]),
    ...nested.map((example) => nestedCase(subject, example as NestedExample)),
    ...namingCases(subject, named as readonly NamedExample[]),
  ];
}

function definitionCases(adapter: object, definitions: Adapter<never>["definitions"]): ContractCase[] {
  return Object.entries(definitions).map(([name, definition]) => ({
    name: `says what is known of ${name}, and has it under that name`,
    async run() {
      assert.equal(Reflect.get(adapter, name), definition);
      assert.notEqual(definition.system, "");
      const { sources = [] } = definition;
      assert.notEqual(sources.length, 0);
      assert.ok(sources.every(({ file, calls }) => file !== "" && calls.length > 0));
      assert.ok(definition.nesting, "it does not say which locks it may be inside of");
      assert.ok(definition.fencing, "it does not say what the array can check of a token");
      assert.equal(
        Number.isSafeInteger(definition.lockDelayMs),
        definition.fencing === "none",
        'a `lockDelayMs` goes with `fencing: "none"`, and only with that',
      );
      assert.notEqual(definition.guards.length, 0);
      for (const { criticalSection, origin } of definition.guards) assert.ok(criticalSection && origin);
    },
  }));
}

function driverCases({ definitions, examples, guard }: AdapterSubject): ContractCase[] {
  const methods = Object.keys(examples).sort();
  return [
    {
      name: "has an example of each method that its definitions guard, and of no other",
      async run() {
        const guarded = definitions.flatMap(({ guards }) => guards.map(({ method }) => method));
        assert.deepEqual(methods, [...new Set(guarded)].sort());
      },
    },
    {
      name: "guards these methods of a driver, and leaves all others alone",
      async run() {
        const driver = new RecordingDriver({ attribute: 1 }, [...methods, "other"]);
        const before = Object.getOwnPropertyDescriptors(driver);
        guard(createLocalCoordinator().coordinator, driver);
        const after = Object.entries(Object.getOwnPropertyDescriptors(driver));
        const changed = after.filter(([name, { value }]) => value !== Reflect.get(before, name)?.value);
        assert.deepEqual(changed.map(([name]) => name).sort(), methods);
        assert.equal(driver.unguarded(), "private");
      },
    },
  ];
}

function namingCases(subject: AdapterSubject, named: readonly NamedExample[]): ContractCase[] {
  return [
    ...named.map((example) => namedCallCase(subject, example)),
    {
      name: "has an example of each name that its definitions have beside the current one",
      async run() {
        const others = subject.definitions.flatMap((definition) => [
          ...(definition.formerNames ?? []).map(({ template }) => template),
          ...(definition.perArray === undefined ? [] : [definition.perArray]),
        ]);
        const names = named.flatMap(({ locks }) => locks.map((lock) => lock.slice(lock.indexOf(":") + 1)));
        const shown = (template: string): boolean =>
          names.some((name) => new RegExp(`^${toPattern(template)}$`).test(name));
        const missing = others.filter((template) => !shown(template));
        assert.deepEqual(missing, [], `no example in \`named\` for ${missing.join(", ")}`);
      },
    },
  ];
}

/** The names that a template can give, as a regular expression. */
function toPattern(template: string): string {
  return template
    .split(/\{\w+\}/)
    .map((literal) => literal.replace(/[[\]().*+?^$|\\]/g, "\\$&"))
    .join(".+");
}

function nestedCase(
  { examples, guard }: AdapterSubject,
  { attributes, inner, outer, requests }: NestedExample,
): ContractCase {
  return {
    name: `${outer}, which calls ${inner}, asks for ${JSON.stringify(requests)}`,
    async run() {
      const [outerExample, innerExample] = [examples[outer], examples[inner]];
      const driver = new RecordingDriver(
        { ...outerExample?.attributes, ...attributes },
        Object.keys(examples),
      );
      const value = (): Promise<unknown> => driver.call(inner, innerExample?.args ?? []);
      Object.defineProperty(driver, outer, { value });
      const locks = createLocalCoordinator();
      guard(locks.coordinator, driver);
      const result = driver.call(outer, outerExample?.args ?? []);
      await settle();
      driver.entered[0]?.finish(() => "done");
      assert.equal(await result, "done");
      assert.deepEqual(locks.requests, requests);
    },
  };
}
