import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type AddEvent, type AddPhase, openAddLog, readAddLogs } from "../src/jepsen/add-log.js";
import { checkSet } from "../src/jepsen/check-set.js";

const add = (element: string, ...phases: AddPhase[]): AddEvent[] =>
  ["invoked" as const, ...phases].map((phase) => ({ element, phase }));

describe("checker of sets", () => {
  it("finds nothing wrong where all that was acknowledged is there", () => {
    const report = checkSet([...add("a", "acknowledged"), ...add("b", "acknowledged")], ["b", "a"]);
    assert.deepEqual(report, {
      attempted: 2,
      acknowledged: 2,
      refused: 0,
      failed: 0,
      unknown: 0,
      lost: [],
      unexpected: [],
    });
  });

  it("calls lost what was acknowledged and is not there", () => {
    const { lost } = checkSet([...add("a", "acknowledged"), ...add("b", "acknowledged")], ["b"]);
    assert.deepEqual(lost, ["a"]);
  });

  it("takes what nobody knows either way: the answer was lost, or the adder died", () => {
    const adds = [...add("a", "unknown"), ...add("b", "unknown"), ...add("c"), ...add("d")];
    const { lost, unexpected, unknown } = checkSet(adds, ["a", "c"]);
    assert.deepEqual({ lost, unexpected, unknown }, { lost: [], unexpected: [], unknown: 4 });
  });

  it("calls unexpected what was refused, or failed, and is there nevertheless", () => {
    const adds = [...add("a", "refused"), ...add("b", "failed"), ...add("c", "refused")];
    const { failed, refused, unexpected } = checkSet(adds, ["a", "b"]);
    assert.deepEqual({ failed, refused, unexpected }, { failed: 1, refused: 2, unexpected: ["a", "b"] });
  });

  it("calls unexpected what nobody added", () => {
    assert.deepEqual(checkSet([], ["a"]).unexpected, ["a"]);
  });

  it("finds each element that is taken out of, or put into, a right history", () => {
    const phases = fc.array(
      fc.constantFrom<AddPhase>("acknowledged", "failed", "invoked", "refused", "unknown"),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(phases, fc.nat(), (all, chosen) => {
        const adds = all.map((phase, number): AddEvent => ({ element: `e${number}`, phase }));
        const final = adds.filter(({ phase }) => phase === "acknowledged").map(({ element }) => element);
        const right = checkSet(adds, final);
        assert.deepEqual([right.lost, right.unexpected], [[], []]);

        const { element, phase } = adds[chosen % adds.length] as AddEvent;
        const without = checkSet(
          adds,
          final.filter((each) => each !== element),
        );
        assert.deepEqual(without.lost, phase === "acknowledged" ? [element] : []);
        const withIt = checkSet(adds, [...final, element]);
        assert.deepEqual(withIt.unexpected, phase === "failed" || phase === "refused" ? [element] : []);
      }),
    );
  });
});

describe("log of adds", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "fenceline-adds-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("is read from all workers, without the line in which one was killed", async () => {
    const log = openAddLog(directory, "w1");
    log.note("w1-1", "invoked");
    log.note("w1-1", "acknowledged");
    await writeFile(join(directory, "w2.adds"), '{"element":"w2-1","phase":"invoked"}\n{"element":"w2');
    await writeFile(join(directory, "w1.jsonl"), "another log\n");
    assert.deepEqual(
      [...(await readAddLogs(directory))].sort((one, other) => one.element.localeCompare(other.element)),
      [...add("w1-1", "acknowledged"), ...add("w2-1")],
    );
  });
});
