import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";
import fc from "fast-check";
import { lockFileName } from "../dist/scopes/lock-file-name.js";
import { lockName } from "./support/lock-name.js";

describe("lockFileName", () => {
  it("is the readable name where it can be", () => {
    assert.equal(lockFileName("cinder-lioadm"), "cinder-lioadm.lock");
    assert.equal(lockFileName("a/b"), "a%2Fb.lock");
  });

  it("is no directory of its own", () => {
    assert.equal(lockFileName("."), "..lock");
    assert.equal(lockFileName(".."), "...lock");
    assert.equal(lockFileName("../../escape"), "..%2F..%2Fescape.lock");
  });

  it("hashes what is too long for a file name and keeps its beginning readable", () => {
    assert.equal(lockFileName("x".repeat(250)), `${"x".repeat(250)}.lock`);
    assert.match(lockFileName("x".repeat(251)), /^x{100}~[0-9a-f]{64}\.lock$/);
    assert.notEqual(lockFileName(`${"x".repeat(300)}a`), lockFileName(`${"x".repeat(300)}b`));
  });

  it("stays in its directory and fits every file system", () => {
    fc.assert(
      fc.property(lockName, (name) => {
        const file = lockFileName(name);
        assert.match(file, /^[A-Za-z0-9._:%~-]{6,255}$/);
        assert.equal(dirname(join("/locks", file)), "/locks");
        assert.equal(basename(file), file);
      }),
      { numRuns: 1000 },
    );
  });

  it("never gives two names the same file", () => {
    // A name that looks like the file of a long one is the likeliest to collide.
    const pair = fc.oneof(
      fc.tuple(lockName, lockName),
      lockName.map((name) => [name, lockFileName(name).replace(/\.lock$/, "")] as const),
      lockName.map((name) => [name, name.normalize("NFC")] as const),
    );
    fc.assert(
      fc.property(pair, ([a, b]) => {
        assert.equal(lockFileName(a) === lockFileName(b), a === b);
      }),
      { numRuns: 1000 },
    );
  });
});
