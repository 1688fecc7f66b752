import { faultMatrix } from "../../integration/dist-test/faults/matrix/fault-matrix.js";
import { knownBugs } from "../../integration/dist-test/faults/matrix/known-bugs.js";
import { readResults } from "./fault-results.js";
import { heading, table } from "./markdown.js";

/** The fault matrix with the results that were kept last, as Markdown. */
export async function renderFaultMatrix() {
  const results = await readResults();
  const { runs } = results;
  return [`${describeRuns(results)}\n`, ...faultMatrix.map((family) => renderFamily(family, runs))].join(
    "\n",
  );
}

/** The bugs of others, each with the tests that would find it, as Markdown. */
export function renderKnownBugs() {
  const rows = knownBugs.map(({ bug, seen, cells, tests }) => [
    bug,
    seen,
    cells.join(", "),
    tests.map(({ file, title }) => `${fileName(file)}: “${title}”`).join("; "),
  ]);
  return table(["bug", "seen", "cells", "tests"], rows);
}

function describeRuns({ cores, date, node, runs }) {
  if (runs.length === 0) return "No results are kept.";
  const versions = runs.map(({ etcd, seconds }) => `etcd ${etcd} (${seconds} s)`).join(" and ");
  return `The results are those of ${date}, with ${versions}, Node.js ${node} and ${cores} cores.`;
}

function renderFamily({ letter, title, cells }, runs) {
  const columns = [
    "",
    "fault",
    "what has to come of it",
    "locks",
    "promises",
    "checked by",
    ...runs.map(({ etcd }) => etcd),
  ];
  const rows = cells.map((cell) => [
    cell.id,
    cell.fault,
    cell.outcome,
    cell.scopes.length === 3 ? "all" : cell.scopes.join(", "),
    cell.promises.join(", "),
    describeChecks(cell),
    ...runs.map(({ cells: results }) => describeResult(cell, results[cell.id])),
  ]);
  return `${heading(4, `${letter}: ${title}`)}\n${table(columns, rows)}`;
}

/** Where a cell is checked, the shortest way to say it. */
function describeChecks({ also = {}, withoutFaultTest }) {
  const { chaos = [], other = [], schedules = [], tests = [] } = also;
  const files = [...new Set(tests.map(({ file }) => file))].map(fileName);
  const checks = [
    withoutFaultTest === undefined ? "fault test" : withoutFaultTest,
    schedules.length > 0 && `schedules (${schedules.map(code).join(", ")})`,
    chaos.length > 0 && `chaos (${chaos.map(code).join(", ")})`,
    ...files,
    ...other,
  ];
  return checks.filter(Boolean).join("; ");
}

function describeResult({ withoutFaultTest }, result) {
  if (withoutFaultTest !== undefined) return "–";
  if (result === undefined) return "not checked";
  const { failed, passed, skipped } = result;
  const reasons = [...new Set(skipped)].join("; ");
  const parts = [
    failed > 0 && `**${failed} failed**`,
    passed > 0 && `${passed} passed`,
    skipped.length > 0 && `${skipped.length} skipped: ${reasons}`,
  ];
  return parts.filter(Boolean).join(", ");
}

function fileName(file) {
  return code(file.split("/").at(-1));
}

function code(text) {
  return `\`${text}\``;
}
