/** A call that has come through to a recording driver. It goes on when it is finished. */
export interface EnteredCall {
  readonly self: unknown;
  readonly args: readonly unknown[];
  readonly finish: (outcome: () => unknown) => void;
}

/** A driver that stands in for a vendor's: it has the attributes and methods that it is told to have. */
export class RecordingDriver {
  /** The calls so far, as they came. */
  readonly entered: EnteredCall[] = [];
  readonly #secret = "private";

  constructor(attributes: object, methods: readonly string[]) {
    Object.assign(this, attributes);
    for (const name of methods) {
      const value = function (this: RecordingDriver, ...args: unknown[]): Promise<unknown> {
        return this.enter(args);
      };
      Object.defineProperty(this, name, { value, configurable: true, writable: true });
    }
  }

  /** Calls a method by its name. */
  async call(method: string, args: readonly unknown[]): Promise<unknown> {
    return Reflect.apply(Reflect.get(this as object, method), this, args);
  }

  /** Not guarded by any adapter. */
  unguarded(): string {
    return this.#secret;
  }

  /** Rejects with a TypeError unless `this` is the driver itself: its private field is asked for. */
  private async enter(args: readonly unknown[]): Promise<unknown> {
    this.unguarded();
    const outcome = await new Promise<() => unknown>((finish) => {
      this.entered.push({ self: this, args, finish });
    });
    return outcome();
  }
}
