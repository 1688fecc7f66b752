import type { BenchReport } from "../run-bench.js";
import { formatTable, measurementRows, verdictRows } from "./tables.js";

/** The report for people, which is Markdown too: with the targets below each table, or the tables alone. */
export function formatReport(report: BenchReport, what: "all" | "tables" = "all"): string {
  const parts = report.scenarios.flatMap((one) => [
    `### ${one.scenario.id}. ${one.scenario.title}${one.scenario.dependsOnDisk === false ? "" : ` (${one.mode})`}`,
    formatTable(measurementRows(one, report.peers), 2),
    ...(what === "tables" || one.verdicts.length === 0
      ? []
      : [formatTable(verdictRows(one, report.earlier), 1)]),
  ]);
  const notes = [
    ...report.skipped.map(({ what, why }) => `- skipped: ${what}: ${why}`),
    ...[report, ...(report.earlier ?? [])]
      .flatMap(({ failed }) => failed)
      .map(({ what, why }) => `- failed: ${what}: ${why}`),
  ];
  return [...parts, ...(notes.length === 0 ? [] : [notes.join("\n")])].join("\n\n");
}
