import assert from "node:assert/strict";
import { defineLock, FencelineError, nameLocks } from "@fenceline/core";

const refused = (error: unknown): boolean => FencelineError.is(error, "invalid_argument");
const array = "serial number of the array";

const snapshot = defineLock({
  system: "PowerMax",
  scope: "global",
  template: "emc-snapvx-{device}",
  formerNames: [{ before: "14.0.0", template: "emc-snapvx-{snapshot}" }],
  parameters: { device: "device id of the source", snapshot: "name of the snapshot" },
  guards: [],
});
const twice = defineLock({
  system: "PowerMax",
  scope: "node",
  template: "third",
  formerNames: [
    { before: "9.0.0", template: "first" },
    { before: "15.0.0", template: "second" },
  ],
  perArray: "third-{array}",
  parameters: { array },
  guards: [],
});
const definitions = { snapshot, twice };
const nameAt = (release: string): string => nameLocks(definitions, { release }).twice().name;

describe("nameLocks", () => {
  it("leaves definitions as they are without a naming", () => {
    assert.deepEqual(Object.values(nameLocks(definitions, {})), [snapshot, twice]);
  });

  for (const [release, name] of [
    ["7.0.0", "first"],
    ["8.99.9", "first"],
    ["9.0.0", "second"],
    ["10.0.0", "second"],
    ["14.9.0", "second"],
    ["15.0.0", "third"],
    ["28.0.0", "third"],
  ] as const) {
    it(`gives release ${release} the name that it had`, () => assert.equal(nameAt(release), name));
  }

  it("makes a former name from its own parameters, and asks for them", () => {
    const former = nameLocks(definitions, { release: "13.0.0" }).snapshot;
    const key = former({ device: "00012", snapshot: "temp-1" });
    assert.equal(key.name, "emc-snapvx-temp-1");
    assert.equal(key.template, "emc-snapvx-{snapshot}");
    assert.throws(() => former({ device: "00012" }), refused);
  });

  it("names per array where that is another name, and asks for the array", () => {
    const named = nameLocks(definitions, { per: "array" });
    assert.equal(named.twice({ array: "7" }).name, "third-7");
    assert.equal(named.snapshot, snapshot);
    assert.throws(() => named.twice(), refused);
  });

  it("refuses names per array where every name has its array", () => {
    assert.throws(() => nameLocks({ snapshot }, { per: "array" }), { message: /PowerMax/ });
  });

  for (const naming of [{ release: "15" }, { release: "master" }, { release: 15 }, { per: "host" }]) {
    it(`refuses ${JSON.stringify(naming)}`, () => {
      assert.throws(() => nameLocks(definitions, naming as never), refused);
    });
  }
});

describe("names of a definition", () => {
  const options = { system: "x", scope: "node", template: "a", guards: [], parameters: {} } as const;

  it("must have the oldest first", () => {
    const formerNames = [
      { before: "15.0.0", template: "b" },
      { before: "9.0.0", template: "c" },
    ];
    assert.throws(() => defineLock({ ...options, formerNames }), { message: /oldest/ });
  });

  it("must name a release that can be compared", () => {
    assert.throws(
      () => defineLock({ ...options, formerNames: [{ before: "train", template: "b" }] }),
      refused,
    );
  });

  it("must have a meaning for each parameter of each name", () => {
    assert.throws(() => defineLock({ ...options, perArray: "a-{array}" } as never), { message: /array/ });
  });
});
