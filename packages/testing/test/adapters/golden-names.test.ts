import assert from "node:assert/strict";
import { FencelineError, renderKey } from "@fenceline/core";
import { installedAdapters, readShared } from "./installed-adapters.js";

/** A row gives either the scope and name of a lock, or the reason for which the parameters are refused. */
interface GoldenRow {
  readonly adapter: string;
  readonly definition: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly scope?: string;
  readonly name?: string;
  readonly refused?: string;
}

const rows: readonly GoldenRow[] = JSON.parse(readShared("golden-names.json"));
const definitions = new Map(
  installedAdapters.flatMap((adapter) =>
    Object.entries(adapter.definitions).map(([name, definition]) => [`${adapter.name} ${name}`, definition]),
  ),
);

describe("golden names", () => {
  it("has a name for each definition, and rows for no other", () => {
    const named = rows.filter((row) => row.name !== undefined);
    assert.deepEqual(
      [...new Set(named.map((row) => `${row.adapter} ${row.definition}`))].sort(),
      [...definitions.keys()].sort(),
    );
  });

  for (const { adapter, definition, name, parameters, refused, scope } of rows) {
    const entry = `${adapter} ${definition}`;
    const outcome = refused === undefined ? `gives ${scope}:${name}` : `is refused: ${refused}`;

    it(`${entry} of ${JSON.stringify(parameters)} ${outcome}`, () => {
      const defined = definitions.get(entry);
      assert.ok(defined, "no such definition");
      if (refused !== undefined) {
        assert.throws(
          () => renderKey(defined, parameters),
          (error) => FencelineError.is(error, "invalid_argument"),
        );
        return;
      }
      const key = renderKey(defined, parameters);
      assert.deepEqual({ scope: key.scope, name: key.name }, { scope, name });
    });
  }
});
