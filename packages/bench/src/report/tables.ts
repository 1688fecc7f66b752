import type { Metric } from "../measure/sample.js";
import type { Verdict } from "../measure/target.js";
import type { Peer } from "../peers/peer.js";
import type { ScenarioReport } from "../run-scenario.js";
import { formatMetric, formatNumber, metricColumns } from "./metric-columns.js";

export type Row = readonly string[];

/** What was measured: the medians, and how far the rounds of the first metric are apart. The first row has titles. */
export function measurementRows({ scenario, results }: ScenarioReport, peers: readonly Peer[]): Row[] {
  const metrics = scenario.metrics.filter((metric) => isMeasured(metric));
  const [first] = metrics;
  const rows: Row[] = [
    [
      "",
      "",
      ...metrics.map((metric) => metricColumns[metric].title),
      `spread of ${first && metricColumns[first].title}`,
    ],
  ];
  for (const point of results.points) {
    for (const { name, title } of peers) {
      if (!results.peersAt(point).includes(name)) continue;
      const cells = metrics.map((metric) => {
        const measured = results.summary(point, name, metric);
        return measured === undefined ? "" : formatMetric(metric, measured.median);
      });
      const summary = first && results.summary(point, name, first);
      // One round cannot be apart from itself.
      const spread = summary && summary.rounds > 1 ? `${formatNumber(summary.spread * 100, 0)} %` : "";
      rows.push([point, title, ...cells, spread]);
    }
  }
  return rows;

  function isMeasured(metric: Metric): boolean {
    return results.points.some((point) =>
      results.peersAt(point).some((peer) => results.summary(point, peer, metric) !== undefined),
    );
  }
}

/** What each target says: "holds", or by which factor it is missed. The first row has titles. */
export function verdictRows(verdicts: readonly Verdict[]): Row[] {
  return [
    ["target", "measured", ""],
    ...verdicts.map((verdict) => {
      const { title, direction, limit, unit } = verdict.target;
      const suffix = unit === undefined ? "" : ` ${unit}`;
      return [
        `${title} ${direction === "at most" ? "≤" : "≥"} ${formatNumber(limit, digitsOf(limit))}${suffix}`,
        verdict.measured === undefined
          ? "–"
          : `${formatNumber(verdict.measured, digitsOf(limit) + 1)}${suffix}`,
        describeVerdict(verdict),
      ];
    }),
  ];
}

function describeVerdict({ holds, missedBy }: Verdict): string {
  if (holds === undefined) return "not measured";
  return holds ? "holds" : `misses by × ${formatNumber(missedBy ?? 1, 2)}`;
}

function digitsOf(limit: number): number {
  if (limit >= 100) return 0;
  return Number.isInteger(limit) ? 1 : 2;
}

/** Rows as a table of Markdown, numbers to the right, padded so that it can be read as it stands. */
export function formatTable(rows: readonly Row[], textColumns: number): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const isText = (column: number): boolean => column < textColumns;
  const pad = (text: string, column: number): string =>
    isText(column) ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  const lines = rows.map((row) => `| ${row.map(pad).join(" | ")} |`);
  const rule = widths.map((width, column) =>
    isText(column) ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  lines.splice(1, 0, `| ${rule.join(" | ")} |`);
  return lines.join("\n");
}
