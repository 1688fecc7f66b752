import { type Coordinator, defineLock, type LockKey, synchronized } from "@fenceline/core";

const connection = defineLock({
  system: "test",
  scope: "process",
  template: "decorated-{address}",
  parameters: { address: "address of the array" },
  guards: [],
});

export interface Volume {
  readonly id: string;
}

/** The same source, compiled once with standard decorators and once with `experimentalDecorators`. */
export class DecoratedDriver {
  readonly coordinator: Coordinator;
  readonly events: string[] = [];
  readonly #address: string | undefined;

  constructor(coordinator: Coordinator, address: string | undefined) {
    this.coordinator = coordinator;
    this.#address = address;
  }

  key(): LockKey {
    return connection({ address: this.#address as string });
  }

  @synchronized(
    (self: DecoratedDriver) => self.coordinator,
    (self) => self.key(),
  )
  async attach(volume: Volume, host: string): Promise<string> {
    this.events.push(`attach ${volume.id}`);
    await new Promise(setImmediate);
    this.events.push(`attached ${volume.id}`);
    return `${volume.id} on ${host} at ${this.#address}`;
  }

  @synchronized(
    (self: DecoratedDriver) => self.coordinator,
    (self, volume: Volume) => (volume.id === "free" ? [] : self.key()),
  )
  async reattach(volume: Volume, host: string): Promise<string> {
    return this.attach(volume, host);
  }

  @synchronized(
    (self: DecoratedDriver) => self.coordinator,
    (self) => self.key(),
  )
  async fail(error: Error): Promise<never> {
    throw error;
  }
}

const misplaced = synchronized(
  () => undefined as never,
  () => [],
) as (...args: unknown[]) => void;

/** Define classes that decorate what is no method, as JavaScript code could. */
export const misplacements: Readonly<Record<string, () => unknown>> = {
  field() {
    class Misplaced {
      @misplaced
      field = 1;
    }
    return Misplaced;
  },
  getter() {
    class Misplaced {
      @misplaced
      get getter(): number {
        return 1;
      }
    }
    return Misplaced;
  },
};
