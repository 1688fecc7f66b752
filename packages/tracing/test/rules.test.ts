import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { attributes, metrics } from "../dist/index.js";

const text = await readFile(join(import.meta.dirname, "../rules.yml"), "utf8");
const rules = text.replace(/^ *#.*\n/gm, "");
const inPrometheus = (name: string): string => name.replaceAll(".", "_");

/** The series that the exporter makes of an instrument. */
function seriesOf({ name, kind }: { readonly name: string; readonly kind: string }): string[] {
  const base = inPrometheus(name);
  if (kind === "histogram") return ["bucket", "count", "sum"].map((suffix) => `${base}_${suffix}`);
  return [kind === "counter" ? `${base}_total` : base];
}

describe("the rules", () => {
  it("name series and labels that there are", () => {
    const known = new Set([
      ...Object.values(metrics).flatMap(seriesOf),
      ...Object.values(attributes).map(({ name }) => inPrometheus(name)),
    ]);
    const named = [...new Set(rules.match(/\bfenceline_\w+/g))];
    assert.ok(named.length > 8, named.join());
    assert.deepEqual(
      named.filter((name) => !known.has(name)),
      [],
    );
  });
});
