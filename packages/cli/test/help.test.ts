import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { fenceline } from "./run-command.js";

describe("fenceline", () => {
  for (const args of [[], ["help"], ["--help"], ["-h"]]) {
    it(`says which commands there are with ${JSON.stringify(args)}`, async () => {
      const { exitCode, stdout } = await fenceline(...args);
      assert.equal(exitCode, 0);
      for (const command of ["adapters", "key", "lock"])
        assert.match(stdout, new RegExp(`^ {2}${command} `, "m"));
    });
  }

  for (const args of [
    ["help", "adapters"],
    ["adapters", "--help"],
    ["adapters", "-h"],
  ]) {
    it(`explains a command with ${JSON.stringify(args)}`, async () => {
      const { exitCode, stdout } = await fenceline(...args);
      assert.equal(exitCode, 0);
      assert.match(stdout, /usage: fenceline adapters/);
    });
  }

  it("refuses a command that there is not, and names those that there are", async () => {
    const { exitCode, stderr, stdout } = await fenceline("unlock");
    assert.deepEqual([exitCode, stdout], [64, ""]);
    assert.match(stderr, /no command "unlock"[\s\S]*adapters/);
  });

  it("refuses an option that a command does not have", async () => {
    const { exitCode, stderr } = await fenceline("adapters", "--jsn");
    assert.equal(exitCode, 64);
    assert.match(stderr, /--jsn/);
  });

  it("runs as a program", () => {
    const program = fileURLToPath(new URL("../bin/fenceline.js", import.meta.url));
    assert.match(execFileSync(process.execPath, [program, "help"], { encoding: "utf8" }), /usage: fenceline/);
  });
});
