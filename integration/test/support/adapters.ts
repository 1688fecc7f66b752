import { readdirSync, readFileSync } from "node:fs";
import { type AnyLockDefinition, type LockKey, renderKey } from "@fenceline/core";

const root = new URL("../../../packages/adapters/", import.meta.url);

interface GoldenRow {
  readonly adapter: string;
  readonly definition: string;
  readonly naming?: object;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly name?: string;
}

/** One key of each definition of each adapter, with the parameters of its first golden row. */
export async function keysOfAllDefinitions(): Promise<LockKey[]> {
  const rows: GoldenRow[] = JSON.parse(readFileSync(new URL("golden-names.json", root), "utf8"));
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const keys: LockKey[] = [];
  for (const { name: adapter } of folders) {
    const exported: Record<string, { definitions: Record<string, AnyLockDefinition> }> = await import(
      new URL(`${adapter}/dist/src/index.js`, root).href
    );
    for (const { definitions } of Object.values(exported)) {
      for (const [name, definition] of Object.entries(definitions)) {
        const row = rows.find(
          (candidate) =>
            candidate.adapter === adapter &&
            candidate.definition === name &&
            candidate.name !== undefined &&
            candidate.naming === undefined,
        );
        if (row === undefined) throw new Error(`no golden row for ${adapter} ${name}`);
        keys.push(renderKey(definition, row.parameters));
      }
    }
  }
  return keys;
}
