import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeName } from "../dist/name-encoding.js";
import { lockName } from "./support/lock-name.js";

describe("encodeName", () => {
  it("leaves letters, digits and - _ . : as they are", () => {
    assert.equal(encodeName("infinidat-10.0.0.9:443_Lock"), "infinidat-10.0.0.9:443_Lock");
  });

  it("encodes every other character by its bytes", () => {
    assert.equal(encodeName("a/b c%2F"), "a%2Fb%20c%252F");
    assert.equal(encodeName("!~*'()"), "%21%7E%2A%27%28%29");
    assert.equal(encodeName("\0\n\u007fü€😀"), "%00%0A%7F%C3%BC%E2%82%AC%F0%9F%98%80");
  });

  it("keeps spellings apart that Unicode holds for equal", () => {
    assert.notEqual(encodeName("\u00e9"), encodeName("e\u0301"));
  });

  it("gives one segment from which the name can be read back", () => {
    fc.assert(
      fc.property(lockName, (name) => {
        const encoded = encodeName(name);
        assert.match(encoded, /^(?:[A-Za-z0-9._:-]|%[0-9A-F]{2})+$/);
        assert.equal(decodeURIComponent(encoded), name);
      }),
      { numRuns: 1000 },
    );
  });
});
