import type { BenchReport } from "../run-bench.js";
import { formatTable, measurementRows, verdictRows } from "./tables.js";

/** The report for people, which is Markdown too. */
export function formatReport(report: BenchReport): string {
  const parts = report.scenarios.map((one) =>
    [
      `### ${one.scenario.id}. ${one.scenario.title}${one.scenario.dependsOnDisk === false ? "" : ` (${one.mode})`}`,
      formatTable(measurementRows(one, report.peers), 2),
      ...(one.verdicts.length === 0 ? [] : [formatTable(verdictRows(one.verdicts), 1)]),
    ].join("\n\n"),
  );
  const skipped = report.skipped.map(({ what, why }) => `- skipped: ${what}: ${why}`);
  return [...parts, ...(skipped.length === 0 ? [] : [skipped.join("\n")])].join("\n\n");
}
