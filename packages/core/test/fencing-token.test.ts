import assert from "node:assert/strict";
import fc from "fast-check";
import { FencingToken, MAX_SEQUENCE } from "../dist/fencing/fencing-token.js";

const LARGEST = 2n ** 63n - 1n;
const revision = fc.bigInt({ min: 0n, max: 2n ** 43n - 1n });
const sequence = fc.integer({ min: 0, max: MAX_SEQUENCE });
const number = fc.bigInt({ min: 0n, max: LARGEST });

describe("FencingToken", () => {
  it("orders by create revision, then by turn", () => {
    fc.assert(
      fc.property(revision, sequence, revision, sequence, (revisionA, turnA, revisionB, turnB) => {
        const a = FencingToken.of(revisionA, turnA);
        const b = FencingToken.of(revisionB, turnB);
        const newer = revisionA === revisionB ? turnA > turnB : revisionA > revisionB;
        assert.equal(a > b, newer);
      }),
      { examples: [[7n, MAX_SEQUENCE, 8n, 0]] },
    );
  });

  it("gives back the revision and the turn that it was made of", () => {
    fc.assert(
      fc.property(revision, sequence, (atGrant, turn) => {
        const token = FencingToken.of(atGrant, turn);
        assert.equal(FencingToken.revision(token), atGrant);
        assert.equal(FencingToken.sequence(token), turn);
      }),
    );
  });

  it("counts the first holder of an entry as turn 0", () => {
    assert.equal(FencingToken.of(5n), FencingToken.of(5n, 0));
  });

  it("reads what it printed", () => {
    fc.assert(
      fc.property(number, (value) => {
        assert.equal(FencingToken.parse(`${FencingToken.from(value)}`), value);
      }),
      { examples: [[0n], [LARGEST]] },
    );
  });

  it("parses nothing that it would not print", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."0123456789-+.en x\n٣") }), (text) => {
        const printed = /^\d+$/.test(text) && BigInt(text) <= LARGEST && `${BigInt(text)}` === text;
        if (printed) assert.equal(FencingToken.parse(text), BigInt(text));
        else assert.throws(() => FencingToken.parse(text), { code: "invalid_argument" });
      }),
      { examples: [["007"], [""], ["1\n"], ["9223372036854775808"], ["-1"], ["0"]] },
    );
  });

  for (const value of [5, "5", -1n, LARGEST + 1n, undefined, null]) {
    it(`takes no ${typeof value} ${value} as a token`, () => {
      assert.throws(() => FencingToken.from(value as bigint), {
        code: "invalid_argument",
        argument: "token",
      });
    });
  }

  for (const text of [5, undefined, ["5"]]) {
    it(`parses no ${typeof text} ${text}`, () => {
      assert.throws(() => FencingToken.parse(text as unknown as string), { code: "invalid_argument" });
    });
  }

  for (const turn of [-1, MAX_SEQUENCE + 1, 0.5, Number.NaN]) {
    it(`refuses turn ${turn}`, () => {
      assert.throws(() => FencingToken.of(1n, turn), { code: "invalid_argument", argument: "sequence" });
    });
  }

  it("refuses a create revision that would not fit in 64 bits", () => {
    assert.throws(() => FencingToken.of(2n ** 43n), { code: "invalid_argument" });
    assert.throws(() => FencingToken.of(-1n), { code: "invalid_argument" });
  });
});
