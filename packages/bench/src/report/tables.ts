import type { Metric } from "../measure/sample.js";
import type { Verdict } from "../measure/target.js";
import type { Peer } from "../peers/peer.js";
import type { BenchReport } from "../run-bench.js";
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

/** What each target came to in each run, and whether it holds in all or by how much it is missed. The first row has titles. */
export function verdictRows(one: ScenarioReport, earlier: readonly BenchReport[] = []): Row[] {
  const runs = [...earlier.map((report) => sameScenario(report, one)?.verdicts), one.verdicts];
  return [
    ["target", "measured", ""],
    ...one.verdicts.map(({ target }, index) => {
      const { title, direction, limit, unit } = target;
      const suffix = unit === undefined ? "" : ` ${unit}`;
      const verdicts = runs.map((verdictsOfRun) => verdictsOfRun?.[index]);
      const measured = verdicts.map((verdict) =>
        verdict?.measured === undefined ? "–" : formatNumber(verdict.measured, digitsOf(limit) + 1),
      );
      return [
        `${title} ${direction === "at most" ? "≤" : "≥"} ${formatNumber(limit, digitsOf(limit))}${suffix}`,
        `${measured.join(" · ")}${measured.every((text) => text === "–") ? "" : suffix}`,
        describeVerdicts(verdicts),
      ];
    }),
  ];
}

function sameScenario(
  { scenarios }: BenchReport,
  { scenario, mode }: ScenarioReport,
): ScenarioReport | undefined {
  return scenarios.find((candidate) => candidate.scenario.id === scenario.id && candidate.mode === mode);
}

function describeVerdicts(verdicts: readonly (Verdict | undefined)[]): string {
  if (verdicts.some((verdict) => verdict?.holds === undefined)) return "not measured";
  const misses = verdicts.flatMap((verdict) => verdict?.missedBy ?? []);
  if (misses.length === 0) return "holds";
  const often = misses.length < verdicts.length ? `, in ${misses.length} of ${verdicts.length} runs` : "";
  return `misses by × ${formatNumber(Math.max(...misses), 2)}${often}`;
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
