import assert from "node:assert/strict";
import { checkFiles, parseOptions, UsageError } from "../dist/demo/options.js";

describe("parseOptions", () => {
  it("has defaults", () => {
    assert.deepEqual(parseOptions([]), {
      unlocked: false,
      json: false,
      help: false,
      timeline: undefined,
      metrics: undefined,
      seconds: 22,
    });
    assert.deepEqual(parseOptions(["--unlocked"]).seconds, 10);
  });

  it("reads every option", () => {
    const options = parseOptions(["--unlocked", "--json", "-h", "--seconds", "5"]);
    const expected = {
      unlocked: true,
      json: true,
      help: true,
      timeline: undefined,
      metrics: undefined,
      seconds: 5,
    };
    assert.deepEqual(options, expected);
    assert.equal(parseOptions(["--timeline", "page.html"]).timeline, "page.html");
    assert.equal(parseOptions(["--metrics", "targets.json"]).metrics, "targets.json");
  });

  for (const args of [["--lock"], ["now"], ["--json=yes"], ["--seconds"], ["--timeline="], ["--metrics="]]) {
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

  it("has no timeline and no metrics without locks", () => {
    assert.throws(() => parseOptions(["--unlocked", "--timeline", "page.html"]), UsageError);
    assert.throws(() => parseOptions(["--unlocked", "--metrics", "targets.json"]), UsageError);
  });

  it("asks for time for the faults only with locks", () => {
    assert.equal(parseOptions(["--unlocked", "--seconds=2"]).seconds, 2);
    assert.throws(() => parseOptions(["--seconds=2"]), UsageError);
  });
});

describe("checkFiles", () => {
  it("lets a file pass that is still to be made, and no file at all", async () => {
    await checkFiles({ timeline: "page.html", metrics: undefined });
  });

  for (const option of ["timeline", "metrics"]) {
    it(`refuses --${option} in a directory that is not there`, async () => {
      await assert.rejects(
        checkFiles({ [option]: "no-such-directory/file" }),
        (error) => error instanceof UsageError && error.message.startsWith(`Expected --${option} to be`),
      );
    });
  }
});
