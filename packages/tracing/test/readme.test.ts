import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { attributes, events, metrics, spans } from "../dist/index.js";
import { SCOPE } from "../dist/version.js";

const root = join(import.meta.dirname, "../../..");

describe("the names", () => {
  it("stand in the README's tables as they are in the code", async () => {
    await promisify(execFile)(process.execPath, [join(root, "scripts/write-tracing-tables.mjs"), "--check"]);
  });

  it("have a sentence each, and none is given twice", () => {
    for (const group of [attributes, events, metrics, spans]) {
      const all = Object.values<{ name: string; brief: string }>(group);
      for (const { name, brief } of all) assert.match(brief, /^[A-Z0-9].{10,}\.$/, name);
      assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
    }
  });

  it("have the package's name and version for their scope", async () => {
    const manifest = JSON.parse(await readFile(join(root, "packages/tracing/package.json"), "utf8"));
    assert.deepEqual({ ...SCOPE }, { name: manifest.name, version: manifest.version });
  });
});
