/**
 * Types of definitions, guards and decorators, proved by compiling: each line marked as an error must be one.
 * Nothing here runs.
 */
import {
  type Coordinator,
  defineLock,
  type GuardedMethod,
  guard,
  type LockKey,
  lockKey,
  type ParameterName,
  synchronized,
} from "@fenceline/core";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function assertType<_T extends true>(): void {}

declare const coordinator: Coordinator;
const about = { system: "x", scope: "global", guards: [] } as const;

export function parametersComeFromTheTemplate(): void {
  assertType<Equal<ParameterName<"a-{b}-{c}">, "b" | "c">>();
  assertType<Equal<ParameterName<"a">, never>>();
  assertType<Equal<ParameterName<string>, string>>();

  const pair = defineLock({ ...about, template: "{host}-{name}", parameters: { host: "h", name: "n" } });
  assertType<Equal<ReturnType<typeof pair>, LockKey>>();
  pair({ host: "10.0.0.1", name: 7 });
  pair({ host: "10.0.0.1", name: 7n });
  // @ts-expect-error a parameter is missing
  pair({ host: "10.0.0.1" });
  // @ts-expect-error all are missing
  pair();
  // @ts-expect-error an unknown parameter
  pair({ host: "10.0.0.1", name: "n", port: 1 });
  // @ts-expect-error may be undefined
  pair({ host: "10.0.0.1", name: undefined as string | undefined });
  // @ts-expect-error null
  pair({ host: "10.0.0.1", name: null });
  // @ts-expect-error an object
  pair({ host: "10.0.0.1", name: {} });

  const literal = defineLock({ ...about, template: "lioadm", parameters: {} });
  literal();
  // @ts-expect-error has no parameters
  literal({});

  const named = defineLock({
    ...about,
    template: "a-{b}",
    formerNames: [{ before: "2.0.0", template: "a-{c}" }],
    perArray: "a-{b}-{array}",
    parameters: { b: "b", c: "c", array: "serial number" },
  });
  named({ b: 1 });
  named({ b: 1, c: undefined, array: "7" });
  // @ts-expect-error the parameter of the current name is missing
  named({ c: 1 });
  // @ts-expect-error a parameter of none of the names
  named({ b: 1, d: 1 });
  // @ts-expect-error the meaning of a former name's parameter is missing
  defineLock({ ...about, template: "a", perArray: "a-{b}", parameters: {} });

  // @ts-expect-error the meaning of a parameter is missing
  defineLock({ ...about, template: "a-{b}", parameters: {} });
  // @ts-expect-error not a parameter of the template
  defineLock({ ...about, template: "a-{b}", parameters: { b: "b", c: "c" } });
  // @ts-expect-error no such scope
  defineLock({ ...about, scope: "cluster", template: "a", parameters: {} });
}

export function guardedMethodsAreKnown(): void {
  const first = defineLock({
    ...about,
    template: "a",
    parameters: {},
    guards: [{ method: "attach", criticalSection: "x" }],
  });
  const second = defineLock({
    ...about,
    template: "b",
    parameters: {},
    guards: [{ method: "detach", criticalSection: "x" }],
  });
  const definitions = { first, second };
  assertType<Equal<GuardedMethod<typeof definitions>, "attach" | "detach">>();
}

class Driver {
  readonly address: string = "10.0.0.1";
  #maps = 0;
  async attach(volume: { readonly id: string }, host: string): Promise<number> {
    this.#maps += volume.id.length + host.length;
    return this.#maps;
  }
  size(unit: "GiB" | "TiB"): number {
    return unit.length;
  }
}

export async function guardKeepsTheType(): Promise<void> {
  const same = guard(coordinator, new Driver(), {
    attach: (driver, volume, host) => lockKey("global", `${driver.address}-${volume.id}-${host}`),
  });
  assertType<Equal<typeof same, Driver>>();

  const changed = guard(coordinator, new Driver(), { size: () => [] });
  const size = changed.size("GiB");
  assertType<Equal<typeof size, Promise<number>>>();
  assertType<Equal<typeof changed.address, string>>();
  // @ts-expect-error arguments keep their types
  await changed.size("MiB");
  // @ts-expect-error the driver's own type would promise a number at once
  const _driver: Driver = changed;

  // @ts-expect-error no such method
  guard(coordinator, new Driver(), { detach: () => [] });
  // @ts-expect-error not a method
  guard(coordinator, new Driver(), { address: () => [] });
  // @ts-expect-error no lock and no empty list either
  guard(coordinator, new Driver(), { attach: () => undefined });
  guard(coordinator, new Driver(), {
    // @ts-expect-error the method has no such argument
    attach: (_driver, volume: { size: number }) => lockKey("node", `${volume.size}`),
  });
}

export class Decorated {
  readonly coordinator: Coordinator = coordinator;

  @synchronized(
    (self: Decorated) => self.coordinator,
    (_self, volume: { readonly id: string }) => lockKey("global", volume.id),
  )
  async attach(volume: { readonly id: string }, host: string): Promise<string> {
    return volume.id + host;
  }

  // @ts-expect-error a method that is not asynchronous
  @synchronized(
    (self: Decorated) => self.coordinator,
    () => lockKey("node", "a"),
  )
  size(): number {
    return 1;
  }

  // @ts-expect-error the binding wants another argument than the method has
  @synchronized(
    (self: Decorated) => self.coordinator,
    (_self, id: number) => lockKey("node", `${id}`),
  )
  async detach(id: string): Promise<string> {
    return id;
  }
}
