import assert from "node:assert/strict";
import {
  type AcquireOptions,
  type Coordinator,
  connect,
  currentLock,
  FencelineError,
  guard,
  type Interceptor,
  type LockKey,
  lockKey,
} from "@fenceline/core";

const refused = (error: unknown): boolean => FencelineError.is(error, "invalid_argument");
const secret = Symbol("secret");

class Driver {
  readonly address: string = "10.0.0.1";
  readonly arrow = (text: string): string => `${text} ${this.address}`;
  readonly events: string[] = [];
  #attached = 0;

  get attached(): number {
    return this.#attached;
  }
  [secret](): string {
    return `${this.#attached}`;
  }
  async attach(volume: string): Promise<string> {
    this.events.push(`attach ${volume}`);
    await new Promise(setImmediate);
    this.#attached++;
    this.events.push(`attached ${volume}`);
    return `${volume} at ${this.address}`;
  }
  async attachAll(volumes: readonly string[]): Promise<string[]> {
    return Promise.all(volumes.map((volume) => this.attach(volume)));
  }
  size(volume: string): number {
    if (volume === "") throw new TypeError("no volume");
    return volume.length + this.#attached;
  }
  async rename(from: string, to: string): Promise<string> {
    return `${from} to ${to}, ${await this.attach(to)}`;
  }
}

const array = (driver: Driver): LockKey => lockKey("process", `array-${driver.address}`);
const volume = (name: string): LockKey => lockKey("process", `volume-${name}`);

describe("guard", () => {
  let coordinator: Coordinator;
  let acquired: string[][];
  const record: Interceptor = (operation, next) => {
    if (operation.kind === "acquire") acquired.push(operation.keys.map((key) => key.name));
    return next();
  };

  beforeEach(async () => {
    acquired = [];
    coordinator = await connect({ etcd: false, interceptors: [record] });
  });
  afterEach(() => coordinator.close());

  it("runs a method on the driver under its lock, with its arguments and its result", async () => {
    const driver = guard(coordinator, new Driver(), { attach: array });
    assert.equal(await driver.attach("v1"), "v1 at 10.0.0.1");
    assert.equal(driver.attached, 1);
    assert.deepEqual(acquired, [["array-10.0.0.1"]]);
  });

  it("returns the driver itself and leaves all its other members alone", () => {
    const raw = new Driver();
    const driver = guard(coordinator, raw, { attach: array });
    assert.equal(driver, raw);
    assert.ok(driver instanceof Driver);
    assert.deepEqual(Reflect.ownKeys(driver), ["address", "arrow", "events", "attach"]);
    assert.equal(driver.attachAll, Driver.prototype.attachAll);
    assert.equal(driver.size("abc"), 3);
    assert.equal(Object.keys(driver).includes("attach"), false);
  });

  it("guards fields that are functions, and methods with a symbol for a name", async () => {
    const driver = guard(coordinator, new Driver(), { arrow: array, [secret]: array });
    assert.equal(await driver.arrow("hello"), "hello 10.0.0.1");
    assert.equal(await driver[secret](), "0");
    assert.equal(acquired.length, 2);
  });

  it("makes a promise of what a synchronous method returns or throws", async () => {
    const driver = guard(coordinator, new Driver(), { size: array });
    assert.equal(await driver.size("abc"), 3);
    await assert.rejects(driver.size(""), new TypeError("no volume"));
    assert.equal(await driver.size("abcd"), 4);
  });

  it("excludes calls under the same lock and lets others overlap", async () => {
    const driver = guard(coordinator, new Driver(), { attach: (_driver, name) => volume(name[0] as string) });
    await Promise.all([driver.attach("a1"), driver.attach("a2"), driver.attach("b1")]);
    const ofA = driver.events.filter((event) => /a\d/.test(event));
    assert.deepEqual(ofA, ["attach a1", "attached a1", "attach a2", "attached a2"]);
    assert.ok(driver.events.indexOf("attach b1") < driver.events.indexOf("attached a1"));
  });

  it("takes several locks of one call together", async () => {
    const driver = guard(coordinator, new Driver(), {
      rename: (driver, from, to) => [volume(to), array(driver), volume(from)],
    });
    await driver.rename("v1", "v2");
    assert.deepEqual(acquired, [["volume-v2", "array-10.0.0.1", "volume-v1"]]);
  });

  it("takes no lock for a call whose list is empty", async () => {
    const driver = guard(coordinator, new Driver(), { size: () => [] });
    assert.equal(await driver.size("abc"), 3);
    assert.deepEqual(acquired, []);
  });

  it("guards a call that an unguarded method makes on its own object", async () => {
    const driver = guard(coordinator, new Driver(), { attach: array });
    await driver.attachAll(["v1", "v2"]);
    assert.deepEqual(driver.events, ["attach v1", "attached v1", "attach v2", "attached v2"]);
  });

  it("does not ask again for a lock that an outer guarded call holds", async () => {
    const driver = guard(coordinator, new Driver(), { attach: array, rename: array });
    assert.equal(await driver.rename("v1", "v2"), "v1 to v2, v2 at 10.0.0.1");
    assert.deepEqual(acquired, [["array-10.0.0.1"]]);
  });

  it("takes only what the outer guarded calls do not hold", async () => {
    const driver = guard(coordinator, new Driver(), {
      rename: array,
      attach: (driver, name) => [array(driver), volume(name)],
    });
    await driver.rename("v1", "v2");
    assert.deepEqual(acquired, [["array-10.0.0.1"], ["volume-v2"]]);
  });

  it("looks for a held lock through all guarded calls around it", async () => {
    const driver = guard(coordinator, new Driver(), {
      rename: (_driver, from) => volume(from),
      attach: array,
    });
    const outer = guard(coordinator, { run: () => driver.rename("v1", "v2") }, { run: () => array(driver) });
    await outer.run();
    assert.deepEqual(acquired, [["array-10.0.0.1"], ["volume-v1"]]);
  });

  it("takes no lock of another coordinator for its own", async () => {
    await using other = await connect({ etcd: false });
    const driver = guard(other, new Driver(), { attach: array });
    const outer = guard(coordinator, { run: () => driver.attach("v1") }, { run: () => array(driver) });
    await assert.rejects(outer.run(), (error) => FencelineError.is(error, "already_held"));
    assert.deepEqual(driver.events, []);
  });

  it("names the method as the operation, for people who look at the queue", async () => {
    const asked: AcquireOptions[] = [];
    const withLock = async (_keys: LockKey[], options: AcquireOptions): Promise<void> => {
      asked.push(options);
    };
    const { signal } = new AbortController();
    const noting = { withLock } as unknown as Coordinator;
    await guard(noting, new Driver(), { attach: array }, { timeoutMs: 5, signal }).attach("v1");
    assert.deepEqual(asked, [{ timeoutMs: 5, signal, operation: "attach" }]);
  });

  it("asks again when the outer call ended and left this one running", async () => {
    let background: Promise<string> | undefined;
    class Careless extends Driver {
      async start(): Promise<void> {
        background = new Promise(setImmediate).then(() => this.attach("late"));
      }
    }
    const driver = guard(coordinator, new Careless(), { start: array, attach: array });
    await driver.start();
    await background;
    assert.deepEqual(acquired, [["array-10.0.0.1"], ["array-10.0.0.1"]]);
  });

  it("fails an inner call when the outer call's lock was lost", async () => {
    class Closing extends Driver {
      async interrupted(): Promise<string> {
        await coordinator.close();
        return this.attach("v1");
      }
    }
    const driver = guard(coordinator, new Closing(), { interrupted: array, attach: array });
    await assert.rejects(driver.interrupted(), (error) => FencelineError.is(error, "lock_lost"));
    assert.deepEqual(driver.events, []);
  });

  it("is refused inside a lock of the same name that no guarded call took", async () => {
    const driver = guard(coordinator, new Driver(), { attach: array });
    await coordinator.withLock(array(driver), async () => {
      await assert.rejects(driver.attach("v1"), (error) => FencelineError.is(error, "already_held"));
    });
  });

  it("gives the driver its lock through currentLock", async () => {
    const driver = { attach: () => currentLock()?.keys.map((key) => key.name) };
    const guarded = guard(coordinator, driver, { attach: () => volume("v1") });
    assert.deepEqual(await guarded.attach(), ["volume-v1"]);
  });

  it("rejects with the binding's error before anything is locked or called", async () => {
    const error = new Error("no address");
    const driver = guard(coordinator, new Driver(), {
      attach: () => {
        throw error;
      },
    });
    await assert.rejects(driver.attach("v1"), (thrown) => thrown === error);
    assert.deepEqual([driver.events, acquired], [[], []]);
  });

  for (const nothing of [undefined, null, "array", [undefined], {}]) {
    it(`rejects when a binding gives ${JSON.stringify(nothing) ?? "undefined"} instead of keys`, async () => {
      const driver = guard(coordinator, new Driver(), { attach: () => nothing as never });
      await assert.rejects(driver.attach("v1"), refused);
      assert.deepEqual(driver.events, []);
    });
  }

  it("waits no longer than its options say", async () => {
    const driver = guard(coordinator, new Driver(), { attach: array }, { timeoutMs: 1 });
    await using _lock = await coordinator.acquire(array(driver));
    await assert.rejects(driver.attach("v1"), (error) => FencelineError.is(error, "lock_timeout"));
  });

  it("refuses a method that is missing, and leaves the driver as it was", () => {
    const driver = new Driver();
    assert.throws(() => guard(coordinator, driver, { attach: array, detach: array } as never), refused);
    assert.equal(driver.attach, Driver.prototype.attach);
  });

  it("refuses a method that is guarded already", () => {
    const driver = guard(coordinator, new Driver(), { attach: array });
    assert.throws(() => guard(coordinator, driver, { attach: array }), refused);
    assert.doesNotThrow(() => guard(coordinator, driver, { rename: array }));
  });

  it("refuses a driver whose methods cannot be replaced", () => {
    assert.throws(() => guard(coordinator, Object.freeze(new Driver()), { attach: () => [] }), refused);
    const { arrow } = Object.freeze({ arrow: () => 1 });
    assert.throws(() => guard(coordinator, Object.freeze({ arrow }), { arrow: () => [] }), refused);
  });

  it("does not let a guarded method be replaced in silence", () => {
    const driver = guard(coordinator, new Driver(), { attach: array });
    assert.throws(() => {
      driver.attach = async () => "unguarded";
    }, TypeError);
  });
});
