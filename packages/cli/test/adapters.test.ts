import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import type { CatalogueRow } from "../dist/catalogue.js";
import { fenceline } from "./run-command.js";

const root = new URL("../../../", import.meta.url);
const folders = readdirSync(new URL("packages/adapters/", root), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

describe("fenceline adapters", () => {
  let rows: CatalogueRow[];
  before(async () => {
    rows = JSON.parse((await fenceline("adapters", "--json")).stdout);
  });

  it("knows every adapter package", () => {
    assert.deepEqual(
      [...new Set(rows.map((row) => row.package))].sort(),
      folders.map((folder) => `@fenceline/adapter-${folder}`).sort(),
    );
  });

  it("has a row for each lock in Cinder's drivers, and for each listed file without one", () => {
    const wanted: { file: string; release: string; scope: string; template: string | null }[] = JSON.parse(
      readFileSync(new URL("packages/adapters/cinder-locks.json", root), "utf8"),
    );
    const left = rows.map(({ scope, source }) => place(source.file, source.release, scope, source.template));
    for (const { file, release, scope, template } of wanted) {
      const index = left.indexOf(place(file, release, scope, template));
      assert.notEqual(index, -1, `no row for ${template ?? "no lock"} in ${file}`);
      left.splice(index, 1);
    }
  });

  it("says of each lock its package, system, export, scope, name, parameters, calls and source", () => {
    for (const row of rows.filter(({ scope }) => scope !== "none")) {
      assert.ok(row.system && row.export && row.template && row.source.file && row.source.commit);
      const inTemplate = row.template.match(/(?<=\{)\w+(?=\})/g) ?? [];
      for (const parameter of inTemplate) assert.ok(row.parameters[parameter], parameter);
      assert.notEqual(row.guards.length, 0);
    }
  });

  it("marks files that hold no lock, and says why they are listed", () => {
    const without = rows.filter(({ scope }) => scope === "none");
    assert.ok(without.length >= 5);
    for (const row of without) assert.ok(row.export === null && row.template === null && row.reason);
  });

  it("prints what one vendor's adapter knows, by package, folder or export", async () => {
    const names = ["huawei", "@fenceline/adapter-huawei"];
    const texts = await Promise.all(names.map(async (name) => (await fenceline("adapters", name)).stdout));
    assert.equal(texts[0], texts[1]);
    assert.match(texts[0] ?? "", /huawei\.mapping \(global\): huawei-mapping-\{host\}/);
    assert.doesNotMatch(texts[0] ?? "", /infinidat/);
  });

  it("refuses a vendor that it does not know, and names those that it knows", async () => {
    const { exitCode, stderr } = await fenceline("adapters", "no-such-vendor");
    assert.equal(exitCode, 64);
    assert.match(stderr, /no adapter "no-such-vendor".*infinidat/);
  });

  it("is what docs/adapters.md says; `npm run docs` writes it", async () => {
    const page = readFileSync(new URL("docs/adapters.md", root), "utf8");
    const [, written] = /<!-- catalogue -->\n([\s\S]*)<!-- end of the catalogue -->/.exec(page) ?? [];
    const { stdout } = await fenceline("adapters", "--markdown");
    assert.equal(written?.trim(), stdout.trim());
  });
});

function place(file: string, release: string, scope: string, template: string | null | undefined): string {
  return [file, release, scope, template ?? "none"].join(" ");
}
