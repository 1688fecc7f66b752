import { writeFileSync } from "node:fs";
import Mocha from "mocha";

/** Mocha's own report, and a file with one entry for each test: what came of it, and why it was skipped. */
export default class FaultReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const tests = [];
    const note = (test, state, reason) => {
      tests.push({ title: test.fullTitle(), state, ...(reason === undefined ? {} : { reason }) });
    };
    runner.on("pass", (test) => note(test, "passed"));
    runner.on("fail", (test, error) => note(test, "failed", error.message));
    // Most of these tests have a clock in them, which a busy machine can put out of step once.
    runner.on("retry", (test, error) => console.log(`- again: ${test.fullTitle()}: ${error.message}`));
    runner.on("pending", (test) => note(test, "skipped", skipReasonOf(test)));
    runner.once("end", () => writeFileSync(options.reporterOptions.output, JSON.stringify(tests)));
  }
}

/** As `skip()` of `integration/test/support/skip.ts` has left it, at the test or at a suite around it. */
function skipReasonOf(test) {
  for (let at = test; at !== undefined; at = at.parent) {
    if (at.skipReason !== undefined) return at.skipReason;
  }
  return undefined;
}
