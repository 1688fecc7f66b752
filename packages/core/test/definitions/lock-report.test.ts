import assert from "node:assert/strict";
import {
  type Coordinator,
  connect,
  defineLock,
  type GuardOptions,
  guardDriver,
  type LockKey,
  lockReport,
} from "@fenceline/core";

const base = { system: "ONTAP NFS", parameters: {}, guards: [] } as const;
const cache = defineLock({
  ...base,
  scope: "node",
  lockDelayMs: 60_000,
  template: "cache_file",
  perArray: "cache_file-{array}",
  parameters: { array: "serial number" },
});
const cleaning = defineLock({ ...base, scope: "process", template: "clean_cache", belongsTo: "process" });
const definitions = { cache, cleaning };

class Driver {
  readonly array = "7";
  async deleteFile(): Promise<string> {
    return "deleted";
  }
}
const guardNfs = (coordinator: Coordinator, driver: Driver, options?: object & GuardOptions): Driver =>
  guardDriver<Driver, "deleteFile", Driver, typeof definitions>(
    coordinator,
    driver,
    { definitions, bindings: (locks) => ({ deleteFile: ({ array }) => locks.cache({ array }) }) },
    options,
  );

describe("lockReport", () => {
  let coordinator: Coordinator;
  afterEach(() => coordinator.close());

  it("lists each kind of lock that guarded drivers use, once, with both scopes", async () => {
    coordinator = await connect({ etcd: false, minimumScope: "node" });
    guardNfs(coordinator, new Driver());
    guardNfs(coordinator, new Driver());
    const { locks, warnings } = lockReport(coordinator);
    assert.deepEqual(
      locks.map(({ declared, definition, effective, template }) => [
        definition,
        template,
        declared,
        effective,
      ]),
      [
        ["cache", "cache_file", "node", "node"],
        ["cleaning", "clean_cache", "process", "process"],
      ],
    );
    assert.deepEqual(warnings, []);
  });

  it("warns where a driver claims Active-Active and a lock does not reach all nodes", async () => {
    coordinator = await connect({ etcd: false });
    guardNfs(coordinator, Object.assign(new Driver(), { supportsActiveActive: true }));
    const { warnings } = lockReport(coordinator);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /ONTAP NFS: cache \(cache_file\) .*one host.*minimumScope "global"/);
  });

  it("takes the option's word before the driver's", async () => {
    coordinator = await connect({ etcd: false });
    const driver = Object.assign(new Driver(), { supportsActiveActive: true });
    guardNfs(coordinator, driver, { activeActive: false } as GuardOptions);
    assert.deepEqual(lockReport(coordinator).warnings, []);
  });

  it("warns of names that the other system does not have", async () => {
    coordinator = await connect({ etcd: false });
    guardNfs(coordinator, new Driver(), { per: "array" } as GuardOptions);
    const { locks, warnings } = lockReport(coordinator);
    assert.equal(locks[0]?.template, "cache_file-{array}");
    assert.match(warnings.join(), /cache is named per array/);
  });

  it("reads as a table with the warnings below it", async () => {
    coordinator = await connect({ etcd: false });
    guardNfs(coordinator, Object.assign(new Driver(), { supportsActiveActive: true }));
    const lines = String(lockReport(coordinator)).split("\n");
    assert.deepEqual(lines[0]?.split(/ {2,}/), ["system", "lock", "name", "declared", "effective"]);
    assert.deepEqual(lines[1]?.split(/ {2,}/), ["ONTAP NFS", "cache", "cache_file", "node", "node"]);
    assert.match(lines[3] ?? "", /^warning: /);
  });

  it("is empty before a driver was guarded", async () => {
    coordinator = await connect({ etcd: false });
    assert.deepEqual(lockReport(coordinator).locks, []);
  });
});

describe("guardDriver", () => {
  it("takes the vendor's locks with another delay where the options say so", async () => {
    const keys: LockKey[] = [];
    const coordinator = await connect({
      etcd: false,
      interceptors: [
        (operation, next) => {
          if (operation.kind === "acquire") keys.push(...operation.keys);
          return next();
        },
      ],
    });
    for (const options of [{}, { lockDelayMs: 0 }])
      await guardNfs(coordinator, new Driver(), options).deleteFile();
    assert.deepEqual(
      keys.map(({ lockDelayMs }) => lockDelayMs),
      [60_000, 0],
    );
    assert.throws(() => guardNfs(coordinator, new Driver(), { lockDelayMs: -1 } as GuardOptions), {
      argument: "lockDelayMs",
    });
    await coordinator.close();
  });
});
