import type { Peer } from "../../peers/peer.js";
import type { BenchReport } from "../../run-bench.js";
import type { ScenarioReport } from "../../run-scenario.js";
import type { Machine } from "../machine.js";
import { formatMetric, metricColumns } from "../metric-columns.js";
import type { BarGroup, Panel } from "./panel.js";
import { drawPicture } from "./picture.js";

/** The scenarios of the first mode that have something to show. */
export function drawBench(report: BenchReport, machine: Machine): string {
  const mode = report.scenarios[0]?.mode;
  const panels = report.scenarios
    .filter((one) => one.mode === mode || one.scenario.dependsOnDisk === false)
    .flatMap((one) => toPanel(one, report.peers));
  const disk = mode === "disk" ? "which waits for the disk" : "without fsync";
  return drawPicture({
    title: "Fenceline beside its peers",
    note:
      `One run on ${machine.cores} cores with etcd ${report.versions["etcd"]}, ${disk}; Node.js ${machine.node}, ` +
      `${machine.date}. Bars are medians, lines go from the least to the greatest round.`,
    panels,
  });
}

function toPanel({ scenario, results }: ScenarioReport, peers: readonly Peer[]): Panel[] {
  const { picture } = scenario;
  if (picture === undefined) return [];
  const { metric, better, scale = "panel", points = results.points } = picture;
  const groups = points.map((point): BarGroup => {
    const bars = peers.flatMap(({ name, title, colour }) => {
      const summary = results.summary(point, name, metric);
      return summary === undefined
        ? []
        : [
            {
              title,
              colour,
              summary,
              label: `${formatMetric(metric, summary.median)} ${metricColumns[metric].unit}`,
            },
          ];
    });
    return { title: point, bars };
  });
  const drawn = groups.filter(({ bars }) => bars.length > 0);
  if (drawn.length === 0) return [];
  return [
    {
      title: `${scenario.id}. ${picture.title}`,
      subtitle: `${metricColumns[metric].title}, ${better} is better`,
      groups: drawn,
      scale,
    },
  ];
}
