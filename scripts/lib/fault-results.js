import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./step.js";

const KEPT = join(ROOT, "docs/fault-matrix.json");

/** The id at the beginning of a test's title, also where a hook of that test is named. */
const CELL = /(?:^| |")([A-H]\d{1,2}) /;

/** The cell of the matrix that a test is of, by its title with those of its suites. */
export function cellOf(title) {
  return CELL.exec(title)?.[1];
}

/**
 * What came of the tests of each cell.
 *
 * @param {{ title: string, state: "passed" | "failed" | "skipped", reason?: string }[]} tests
 * @returns {Record<string, { passed: number, failed: number, skipped: string[] }>} by the id of the cell, in order
 */
export function cellsOf(tests) {
  const cells = new Map();
  for (const { title, state, reason = "no reason given" } of tests) {
    const id = cellOf(title);
    if (id === undefined) continue;
    if (!cells.has(id)) cells.set(id, { passed: 0, failed: 0, skipped: [] });
    const cell = cells.get(id);
    if (state === "skipped") cell.skipped.push(reason);
    else cell[state] += 1;
  }
  return Object.fromEntries([...cells].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true })));
}

/** Keeps the results of all versions, for the documentation. Returns the file. */
export async function keepResults(results) {
  await writeFile(KEPT, `${JSON.stringify(results, undefined, 2)}\n`);
  return KEPT;
}

/** The results that were kept last. */
export async function readResults() {
  return JSON.parse(await readFile(KEPT, "utf8"));
}
