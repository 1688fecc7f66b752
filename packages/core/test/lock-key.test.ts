import assert from "node:assert/strict";
import fc from "fast-check";
import { assertName, describeKey, lockKey, MAX_NAME_BYTES, type Scope } from "../dist/lock-key.js";

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
