import assert from "node:assert/strict";
import fc from "fast-check";
import { parseTemplate, renderTemplate } from "../../dist/definitions/name-template.js";
import { FencelineError } from "../../dist/errors.js";

const refused = (error: unknown): boolean => FencelineError.is(error, "invalid_argument");

describe("name template", () => {
  it("takes text and parameters apart", () => {
    const template = parseTemplate("instorage-host{systemId}{host}-x");
    assert.deepEqual(template.parameterNames, ["systemId", "host"]);
    assert.deepEqual(template.literals, ["instorage-host", "", "-x"]);
  });

  for (const text of [
    "",
    "{",
    "}",
    "a{b",
    "a}b",
    "a{}b",
    "{{a}}",
    "{a{b}}",
    "{a.b}",
    "{a b}",
    "{1a}",
    "{a}-{a}",
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseTemplate(text), refused);
    });
  }

  it("renders text, safe integers and bigints alike", () => {
    const template = parseTemplate("volume-{id}-lock");
    for (const id of ["42", 42, 42n]) assert.equal(renderTemplate(template, { id }), "volume-42-lock");
  });

  const values = [
    undefined,
    null,
    "",
    Number.NaN,
    Number.POSITIVE_INFINITY,
    0.1,
    2 ** 53,
    {},
    [],
    () => "x",
    true,
  ];
  for (const id of values) {
    it(`refuses ${typeof id} ${String(id)} as a value`, () => {
      assert.throws(() => renderTemplate(parseTemplate("volume-{id}"), { id }), refused);
    });
  }

  it("refuses a parameter that is missing, also one that every object inherits", () => {
    assert.throws(() => renderTemplate(parseTemplate("{id}"), {}), refused);
    assert.throws(() => renderTemplate(parseTemplate("{constructor}"), {}), refused);
  });

  it("refuses to go without parameters", () => {
    for (const values of [undefined, null, "id"]) {
      assert.throws(() => renderTemplate(parseTemplate("{id}"), values), refused);
    }
  });

  it("names the parameter and the template in the refusal", () => {
    assert.throws(() => renderTemplate(parseTemplate("volume-{id}"), { id: undefined }), {
      argument: "id",
      message: /`id` .*"volume-\{id\}".* got `undefined`/,
    });
  });

  it("puts values in as they are, whatever braces and patterns they contain", () => {
    const template = parseTemplate("a-{first}-{second}-z");
    const text = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.constantFrom("{second}", "{first}", "$&", "{", "}}"),
    );
    fc.assert(
      fc.property(text, text, (first, second) => {
        assert.equal(renderTemplate(template, { first, second }), `a-${first}-${second}-z`);
      }),
    );
  });
});
