import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { faultNames } from "../../integration/chaos/dist/src/fault-kinds.js";
import { faultMatrix } from "../../integration/dist-test/faults/matrix/fault-matrix.js";
import { knownBugs } from "../../integration/dist-test/faults/matrix/known-bugs.js";
import { cellOf, cellsOf } from "../lib/fault-results.js";
import { ROOT } from "../lib/step.js";
import { staleSections } from "../lib/written-sections.js";

const cells = faultMatrix.flatMap((family) => family.cells);

describe("the fault matrix", () => {
  it("has 48 cells, numbered in each family", () => {
    assert.equal(cells.length, 48);
    for (const { letter, cells } of faultMatrix) {
      assert.deepEqual(
        cells.map(({ id }) => id),
        cells.map((_, i) => `${letter}${i + 1}`),
      );
    }
  });

  it("names a promise and a scope for each cell", () => {
    for (const { id, promises, scopes } of cells) assert.ok(promises.length > 0 && scopes.length > 0, id);
  });

  it("has a fault test for each cell, or says why there is none, and no fault test without a cell", function () {
    this.timeout(30_000);
    const tested = new Set(faultTests().map((title) => cellOf(title)));
    for (const { id, withoutFaultTest } of cells) {
      const wanted = withoutFaultTest === undefined;
      assert.equal(tested.has(id), wanted, wanted ? `no fault test of ${id}` : `${id}: ${withoutFaultTest}`);
    }
    assert.deepEqual(
      [...tested].filter((id) => !cells.some((cell) => cell.id === id)),
      [],
    );
  });

  it("refers to tests, steps of schedules and kinds of faults that exist", () => {
    const steps = readFileSync(join(ROOT, "packages/testing/test/simulation/schedules/schedule.ts"), "utf8");
    for (const { also = {}, id } of cells) {
      for (const test of also.tests ?? []) assertExists(test, id);
      for (const step of also.schedules ?? []) assert.ok(steps.includes(`"${step}"`), `${id}: ${step}`);
      for (const kind of also.chaos ?? []) assert.ok(faultNames.includes(kind), `${id}: ${kind}`);
    }
  });

  it("has bugs of others with tests and cells that exist", () => {
    assert.equal(knownBugs.length, 16);
    for (const { bug, cells: found, tests } of knownBugs) {
      assert.ok(tests.length > 0, bug);
      for (const test of tests) assertExists(test, bug);
      for (const id of found)
        assert.ok(
          cells.some((cell) => cell.id === id),
          `${bug}: ${id}`,
        );
    }
  });

  it("stands in the documentation as it is; `npm run docs` writes it", async () => {
    assert.deepEqual(await staleSections(), []);
  });
});

describe("the results of fault tests", () => {
  it("are counted by cell, with the reasons of those that were skipped, whatever the suites are called", () => {
    const results = [
      { title: "in a suite A10 does what it has to", state: "passed" },
      { title: "A2 does too", state: "failed", reason: "it does not" },
      { title: 'in a suite "before each" hook for "A2 does as well"', state: "failed", reason: "cannot" },
      { title: "in a suite A2 needs a program", state: "skipped", reason: "there is none" },
      { title: "in a suite of Z1 no cell", state: "passed" },
    ];
    assert.deepEqual(Object.entries(cellsOf(results)), [
      ["A2", { passed: 0, failed: 2, skipped: ["there is none"] }],
      ["A10", { passed: 1, failed: 0, skipped: [] }],
    ]);
  });
});

function assertExists({ file, title }, of) {
  assert.ok(existsSync(join(ROOT, file)), `${of}: there is no ${file}`);
  assert.ok(readFileSync(join(ROOT, file), "utf8").includes(`"${title}"`), `${of}: ${file}: ${title}`);
}

/** The titles of the suite, as mocha finds them. */
function faultTests() {
  const mocha = join(ROOT, "node_modules/.bin/mocha");
  const args = ["--config", "integration/faults.mocharc.json", "--dry-run", "--reporter", "json"];
  return JSON.parse(execFileSync(mocha, args, { cwd: ROOT, encoding: "utf8" })).tests.map(
    ({ fullTitle }) => fullTitle,
  );
}
