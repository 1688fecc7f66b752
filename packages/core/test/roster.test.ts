import assert from "node:assert/strict";
import fc from "fast-check";
import { Roster, type RosterEntry } from "../dist/roster.js";

describe("a roster", () => {
  it("has who was added and not removed, each once removed, whatever the order", () => {
    const steps = fc.array(fc.oneof(fc.constant("add" as const), fc.nat(20)));
    fc.assert(
      fc.property(steps, (all) => {
        const roster = new Roster<number>();
        const entries: RosterEntry<number>[] = [];
        const expected = new Set<number>();
        for (const [i, step] of all.entries()) {
          const entry = step === "add" ? undefined : entries[step];
          if (step === "add") {
            entries.push(roster.add(i));
            expected.add(i);
          } else if (entry !== undefined) {
            assert.equal(roster.remove(entry), expected.delete(entry.member));
          }
          assert.equal(roster.size, expected.size);
          assert.deepEqual(new Set(roster.members()), expected);
        }
      }),
    );
  });

  it("gives a part of its members", () => {
    const roster = new Roster<string>();
    for (const member of ["a", "b", "c"]) roster.add(member);
    assert.deepEqual(roster.members(1, 1), ["b"]);
    assert.deepEqual(roster.members(2, 5), ["c"]);
  });

  it("forgets all at once, and takes entries from before for gone", () => {
    const roster = new Roster<string>();
    const entry = roster.add("a");
    roster.clear();
    assert.equal(roster.remove(entry), false);
    const other = roster.add("b");
    assert.equal(roster.remove(entry), false);
    assert.deepEqual(roster.members(), ["b"]);
    assert.equal(roster.remove(other), true);
  });
});
