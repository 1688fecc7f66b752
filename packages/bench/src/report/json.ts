import type { Metric } from "../measure/sample.js";
import type { BenchReport } from "../run-bench.js";
import type { ScenarioReport } from "../run-scenario.js";
import type { Machine } from "./machine.js";

/** The report as `--json` prints it. */
export function toJson(report: BenchReport, machine: Machine): unknown {
  return {
    machine,
    versions: report.versions,
    skipped: report.skipped,
    failed: report.failed,
    targets: targetsOf(report),
    measurements: report.scenarios.flatMap(measurements),
    earlierRuns: (report.earlier ?? []).map((run) => ({
      failed: run.failed,
      targets: targetsOf(run),
      measurements: run.scenarios.flatMap(measurements),
    })),
  };
}

function targetsOf({ scenarios }: BenchReport): unknown[] {
  return scenarios.flatMap(({ scenario, mode, verdicts }) =>
    verdicts.map(({ target, measured, holds }) => ({
      scenario: scenario.id,
      mode,
      title: target.title,
      target: `${target.direction} ${target.limit}`,
      measured: measured ?? null,
      holds: holds ?? null,
    })),
  );
}

function measurements({ scenario, mode, results }: ScenarioReport): unknown[] {
  return results.points.flatMap((point) =>
    results.peersAt(point).map((peer) => ({
      ...{ scenario: scenario.id, mode, point, peer },
      ...Object.fromEntries(
        scenario.metrics.map((metric: Metric) => [metric, results.summary(point, peer, metric) ?? null]),
      ),
    })),
  );
}
