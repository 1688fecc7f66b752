import assert from "node:assert/strict";
import { parseOptions, UsageError } from "../dist/demo/options.js";

describe("parseOptions", () => {
  it("has defaults", () => {
    assert.deepEqual(parseOptions([]), { unlocked: false, json: false, help: false, seconds: 22 });
    assert.deepEqual(parseOptions(["--unlocked"]).seconds, 10);
  });

  it("reads every option", () => {
    const options = parseOptions(["--unlocked", "--json", "-h", "--seconds", "5"]);
    assert.deepEqual(options, { unlocked: true, json: true, help: true, seconds: 5 });
  });

  for (const args of [["--lock"], ["now"], ["--json=yes"], ["--seconds"]]) {
    it(`refuses \`${args.join(" ")}\``, () => assert.throws(() => parseOptions(args), UsageError));
  }

  for (const seconds of ["14", "601", "20.5", "many", ""]) {
    it(`refuses "${seconds}" seconds and quotes it`, () => {
      assert.throws(
        () => parseOptions([`--seconds=${seconds}`]),
        (error) => error instanceof UsageError && error.message.includes(`got "${seconds}"`),
      );
    });
  }

  it("asks for time for the faults only with locks", () => {
    assert.equal(parseOptions(["--unlocked", "--seconds=2"]).seconds, 2);
    assert.throws(() => parseOptions(["--seconds=2"]), UsageError);
  });
});
