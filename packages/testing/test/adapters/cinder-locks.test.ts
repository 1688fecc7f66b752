import assert from "node:assert/strict";
import { installedAdapters, readShared } from "./installed-adapters.js";

/** A file of Cinder, and a lock in it; `definition` and `template` are null for a file that holds none. */
interface CinderLock {
  readonly system: string;
  readonly file: string;
  readonly release: string;
  readonly scope: string;
  /** As it is written there; null also for a lock without a name. */
  readonly template: string | null;
  readonly adapter: string;
  readonly definition: string | null;
}

const locks: readonly CinderLock[] = JSON.parse(readShared("cinder-locks.json"));
const adapters = new Map(installedAdapters.map((adapter) => [adapter.name, adapter]));

describe("the locks in Cinder's drivers", () => {
  for (const [index, lock] of locks.entries()) {
    const { adapter, definition, file, release, scope, system, template } = lock;

    it(`${index + 1}. ${system}: ${template ?? scope} is ${definition ?? "a file without lock"} of ${adapter}`, () => {
      const found = adapters.get(adapter);
      assert.ok(found, "no such adapter");
      if (definition === null) {
        assert.ok(found.withoutLock.some((entry) => entry.file === file && entry.release === release));
        return;
      }
      const defined = found.definitions[definition];
      assert.ok(defined, "no such definition");
      assert.equal(defined.scope, scope);
      const alike = (entry: {
        file: string;
        release: string;
        template?: string | null | undefined;
      }): boolean =>
        entry.file === file && entry.release === release && (entry.template ?? null) === template;
      const expected = locks.filter((other) => other.definition === definition && alike(other)).length;
      assert.equal(defined.sources?.filter(alike).length, expected);
    });
  }
});
