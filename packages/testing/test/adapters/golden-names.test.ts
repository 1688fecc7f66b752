import assert from "node:assert/strict";
import { FencelineError, type LockNaming, nameLocks, renderKey } from "@fenceline/core";
import { installedAdapters, readShared } from "./installed-adapters.js";

/** A row gives either the scope and name of a lock, or the reason for which the parameters are refused. */
interface GoldenRow {
  readonly adapter: string;
  readonly definition: string;
  /** The names of a former release or per array, in place of the current ones. */
  readonly naming?: LockNaming;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly scope?: string;
  readonly name?: string;
  readonly refused?: string;
}

const rows: readonly GoldenRow[] = JSON.parse(readShared("golden-names.json"));
const adapters = new Map(installedAdapters.map((adapter) => [adapter.name, adapter.definitions]));

describe("golden names", () => {
  it("has a name for each definition, and rows for no other", () => {
    const named = rows.filter((row) => row.name !== undefined);
    assert.deepEqual(
      [...new Set(named.map((row) => `${row.adapter} ${row.definition}`))].sort(),
      [...adapters].flatMap(([adapter, all]) => Object.keys(all).map((name) => `${adapter} ${name}`)).sort(),
    );
  });

  for (const { adapter, definition, name, naming = {}, parameters, refused, scope } of rows) {
    const entry = [adapter, definition, ...Object.values(naming)].join(" ");
    const outcome = refused === undefined ? `gives ${scope}:${name}` : `is refused: ${refused}`;

    it(`${entry} of ${JSON.stringify(parameters)} ${outcome}`, () => {
      const defined = nameLocks(adapters.get(adapter) ?? {}, naming)[definition];
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
