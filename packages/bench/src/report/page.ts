import type { BenchReport } from "../run-bench.js";
import type { Machine } from "./machine.js";
import { formatTable, verdictRows } from "./tables.js";
import { formatReport } from "./text.js";

const MARKED = /(<!-- measurements -->\n)[\s\S]*(<!-- end of the measurements -->)/;

/** Puts the report between its marks in the page. */
export function fillPage(page: string, report: BenchReport, machine: Machine, quick: boolean): string {
  if (!MARKED.test(page)) throw new Error("the page has no place for the measurements");
  return page.replace(
    MARKED,
    (_, begin, end) => `${begin}\n${formatMeasurements(report, machine, quick)}\n\n${end}`,
  );
}

function formatMeasurements(report: BenchReport, machine: Machine, quick: boolean): string {
  const versions = Object.entries(report.versions)
    .filter(([name]) => name !== "node")
    .map(([name, version]) => `${name} ${version}`)
    .sort();
  const targets = report.scenarios.flatMap((one) =>
    verdictRows(one, report.earlier)
      .slice(1)
      .map((row) => [one.scenario.id, one.scenario.dependsOnDisk === false ? "–" : one.mode, ...row]),
  );
  const runs = 1 + (report.earlier?.length ?? 0);
  return [
    `Measured on ${machine.date}: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Linux ${machine.kernel}, ` +
      `Node.js ${machine.node}, load ${machine.load} before the run; ${versions.join(", ")}.${quick ? " **A short run (`--quick`)**: an impression, not to be quoted." : ""}`,
    ...(runs === 1
      ? []
      : [
          `${runs} runs, one after the other: a target holds if it does in each of them. Tables and picture are of the last.`,
        ]),
    "![Bars of what was measured, for each scenario and peer](performance.svg)",
    "### Targets",
    formatTable([["", "etcd", "target", "measured", "result"], ...targets], 3),
    formatReport(report, "tables"),
  ].join("\n\n");
}
