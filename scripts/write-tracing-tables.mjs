// Writes the tables of names into the README of @fenceline/tracing, from its semconv.ts as compiled.
// With `--check` it writes nothing and fails if they are stale.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { attributes, events, metrics, spans } from "../packages/tracing/dist/index.js";
import { heading, table } from "./lib/markdown.js";
import { ROOT } from "./lib/step.js";

const file = join(ROOT, "packages/tracing/README.md");
const START = "<!-- tables: made by scripts/write-tracing-tables.mjs -->\n";
const END = "<!-- end of tables -->";

const before = await readFile(file, "utf8");
const [head, rest] = before.split(START);
const [, tail] = (rest ?? "").split(END);
if (tail === undefined) throw new Error(`no place for the tables in ${file}`);
const after = `${head}${START}\n${tables()}\n${END}${tail}`;

if (!process.argv.includes("--check")) await writeFile(file, after);
else if (after !== before) {
  console.error("The tables are stale: run `node scripts/write-tracing-tables.mjs`.");
  process.exitCode = 1;
}

function tables() {
  return [
    section("Spans", ["span", "kind", "meaning"], spans, ({ name, kind, brief }) => [
      code(`${name} <template>`),
      kind,
      brief,
    ]),
    section("Events of spans", ["event", "meaning"], events, ({ name, brief }) => [code(name), brief]),
    section("Metrics", ["metric", "kind, unit", "meaning", "attributes"], metrics, (metric) => [
      code(metric.name),
      `${metric.kind}, ${metric.unit}`,
      metric.brief,
      metric.attributes.map((key) => code(attributes[key].name)).join(" "),
    ]),
    section("Attributes", ["attribute", "type", "meaning"], attributes, ({ name, type, brief }) => [
      code(name),
      type,
      brief,
    ]),
  ].join("\n");
}

function section(title, columns, rows, cellsOf) {
  return `${heading(3, title)}\n${table(columns, Object.values(rows).map(cellsOf))}`;
}

function code(text) {
  return `\`${text}\``;
}
