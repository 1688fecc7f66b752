import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { FencelineError } from "../dist/errors.js";
import { loadOfdLocks } from "../dist/scopes/ofd-locks.js";

describe("loadOfdLocks", () => {
  it("says what to install when the native module is missing", () => {
    const manifest = new URL("../package.json", import.meta.url);
    const { optionalDependencies } = JSON.parse(readFileSync(manifest, "utf8"));
    const install = `npm install fs-native-extensions@${optionalDependencies["fs-native-extensions"]}`;
    const missing = new Error("Cannot find module");
    const require = (): never => {
      throw missing;
    };
    assert.throws(
      () => loadOfdLocks({ platform: "linux", require }),
      (error) =>
        FencelineError.is(error, "node_scope_unavailable") &&
        error.cause === missing &&
        error.message.includes(install),
    );
  });

  for (const platform of ["darwin", "win32"]) {
    it(`says what works on ${platform} instead`, () => {
      assert.throws(
        () => loadOfdLocks({ platform, require: () => assert.fail("loaded") }),
        (error) =>
          FencelineError.is(error, "node_scope_unavailable") &&
          error.message.includes(platform) &&
          error.message.includes("process and global scope work"),
      );
    });
  }
});
