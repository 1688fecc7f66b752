import assert from "node:assert/strict";
import fc from "fast-check";
import {
  assertName,
  describeKey,
  type LockKey,
  liftKey,
  lockKey,
  MAX_NAME_BYTES,
  type Scope,
  toLockKey,
} from "../dist/lock-key.js";

describe("lockKey", () => {
  it("keeps scope and name as they are", () => {
    const names = fc
      .string({ unit: "grapheme", minLength: 1 })
      .filter((name) => Buffer.byteLength(name) <= MAX_NAME_BYTES);
    fc.assert(
      fc.property(fc.constantFrom<Scope>("process", "node", "global"), names, (scope, name) => {
        assert.deepEqual(lockKey(scope, name), { scope, name });
      }),
    );
  });

  it("does not normalise: names that look alike are different locks", () => {
    assert.notEqual(lockKey("global", "é").name, lockKey("global", "e\u0301").name);
  });

  for (const scope of ["cluster", "", undefined, "Global"]) {
    it(`refuses scope ${scope}`, () => {
      assert.throws(() => lockKey(scope as Scope, "a"), { code: "invalid_argument", argument: "scope" });
    });
  }
});

describe("assertName", () => {
  it("takes 512 bytes of UTF-8 and not one more", () => {
    assertName("name", "ä".repeat(256));
    assert.throws(() => assertName("name", `${"ä".repeat(256)}x`), /at most 512 bytes/);
  });

  for (const name of ["", undefined, null, 7, {}, ["a"]]) {
    it(`refuses ${JSON.stringify(name)}`, () => {
      assert.throws(() => assertName("volume", name), { code: "invalid_argument", argument: "volume" });
    });
  }

  it("refuses lone surrogates, which UTF-8 would make equal to each other", () => {
    assert.throws(() => assertName("name", "volume-\uD800"), { code: "invalid_argument" });
    assert.throws(() => assertName("name", "\uDC00"), { code: "invalid_argument" });
    assertName("name", "\uD83D\uDD12");
  });
});

describe("describeKey", () => {
  it("tells scopes and names apart", () => {
    const scope = fc.constantFrom<Scope>("process", "node", "global");
    const name = fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom("a", ":") });
    const key = fc.record({ scope, name });
    fc.assert(
      fc.property(key, key, (a, b) => {
        assert.equal(describeKey(a) === describeKey(b), a.scope === b.scope && a.name === b.name);
      }),
    );
  });
});

describe("liftKey", () => {
  const rows: [key: LockKey, minimum: Scope, lifted: Scope][] = [
    [{ scope: "process", name: "a" }, "process", "process"],
    [{ scope: "process", name: "a" }, "node", "node"],
    [{ scope: "process", name: "a" }, "global", "global"],
    [{ scope: "node", name: "a" }, "process", "node"],
    [{ scope: "node", name: "a" }, "global", "global"],
    [{ scope: "global", name: "a" }, "node", "global"],
    [{ scope: "process", name: "a", belongsTo: "process" }, "global", "process"],
    [{ scope: "process", name: "a", belongsTo: "host" }, "global", "node"],
    [{ scope: "node", name: "a", belongsTo: "host" }, "global", "node"],
    [{ scope: "global", name: "a", belongsTo: "process" }, "global", "global"],
  ];
  for (const [key, minimum, scope] of rows) {
    it(`takes ${JSON.stringify(key)} at ${scope} where ${minimum} is the least`, () => {
      assert.deepEqual(liftKey(key, minimum), { ...key, scope });
    });
  }

  it("uses the name that says nothing of the host for all nodes, and only there", () => {
    const key = { scope: "process", name: "/mnt/a/file", globalName: "a/file" } as const;
    assert.deepEqual(liftKey(key, "node"), { ...key, scope: "node" });
    assert.equal(liftKey(key, "global").name, "a/file");
  });
});

describe("toLockKey", () => {
  for (const lockDelayMs of [-1, 0.5, 3_600_001, Number.NaN, "30000", null]) {
    it(`refuses a delay of ${JSON.stringify(lockDelayMs)}`, () => {
      const key = { ...lockKey("global", "a"), lockDelayMs } as LockKey;
      assert.throws(() => toLockKey(key), { code: "invalid_argument", argument: "lockDelayMs" });
    });
  }

  it("takes delays up to an hour, and none", () => {
    for (const lockDelayMs of [undefined, 0, 1, 3_600_000]) {
      assert.equal(toLockKey({ ...lockKey("global", "a"), lockDelayMs }).lockDelayMs, lockDelayMs);
    }
  });
});
