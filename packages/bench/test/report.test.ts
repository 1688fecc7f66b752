import assert from "node:assert/strict";
import { createResults } from "../dist/measure/results.js";
import { judge } from "../dist/measure/target.js";
import type { Peer } from "../dist/peers/peer.js";
import { toJson } from "../dist/report/json.js";
import type { Machine } from "../dist/report/machine.js";
import { fillPage } from "../dist/report/page.js";
import { drawBench } from "../dist/report/picture/bench-picture.js";
import { formatTable } from "../dist/report/tables.js";
import { formatReport } from "../dist/report/text.js";
import type { BenchReport } from "../dist/run-bench.js";
import type { Scenario } from "../dist/scenarios/scenario.js";

const machine: Machine = {
  ...{ date: "2030-01-02", cpu: "CPU", cores: 2, memoryGiB: 8, kernel: "6.1" },
  ...{ node: "20.20.2", load: 0.1 },
};

const peers: readonly Peer[] = [
  { name: "fenceline", title: "Fenceline", colour: "#0f766e", variant: "", found: { missing: "" } },
  { name: "go", title: "Go <Mutex> & co.", colour: "#3b82c4", variant: "", found: { missing: "" } },
];

const scenario: Scenario = {
  id: "B",
  title: "Many callers",
  metrics: ["locksPerSecond", "cpuUs"],
  picture: { title: "Many callers", metric: "locksPerSecond", better: "higher" },
  targets: [
    {
      title: "locks per second, to Go's",
      value: { metric: "locksPerSecond", peer: "fenceline", point: "16 callers" },
      to: { metric: "locksPerSecond", peer: "go", point: "16 callers" },
      direction: "at least",
      limit: 3,
    },
    {
      title: "CPU, to the floor's",
      value: { metric: "cpuUs", peer: "fenceline", point: "16 callers" },
      to: { metric: "cpuUs", peer: "floor", point: "16 callers" },
      direction: "at most",
      limit: 0.25,
    },
  ],
  run: () => Promise.resolve(),
};

function reportOf(ours: readonly number[], gos: readonly number[]): BenchReport {
  const results = createResults();
  for (const locksPerSecond of ours) results.add("16 callers", "fenceline", { locksPerSecond, cpuUs: 10 });
  for (const locksPerSecond of gos) results.add("16 callers", "go", { locksPerSecond });
  const verdicts = scenario.targets.map((target) => judge(target, results));
  return {
    scenarios: [{ scenario, mode: "disk", results, verdicts }],
    peers,
    versions: { etcd: "3.5.16", node: "20.20.2" },
    skipped: [{ what: "Python tooz", why: "is not here" }],
    failed: [{ what: "F (disk)", why: "no answer" }],
  };
}

const report = reportOf([1_000, 2_000, 1_500], [1_000, 1_000, 1_000]);

describe("formatReport", () => {
  it("has a row for each peer with medians and the spread, and says who was skipped and what failed", () => {
    const text = formatReport(report);
    assert.match(text, /^### B\. Many callers \(disk\)$/m);
    assert.match(text, /^\| 16 callers \| Fenceline +\| +1,500 \| +10\.0 \| +67 % \|$/m);
    assert.match(text, /^- skipped: Python tooz: is not here\n- failed: F \(disk\): no answer$/m);
  });

  it("says of each target whether it holds, by how much it is missed, or that it was not measured", () => {
    const text = formatReport(report);
    assert.match(text, /^\| locks per second, to Go's ≥ 3\.0 +\| +1\.50 \| misses by × 2\.00 \|$/m);
    assert.match(text, /^\| CPU, to the floor's ≤ 0\.25 +\| +– \| +not measured \|$/m);
    assert.match(formatReport(reportOf([3_000], [1_000])), /≥ 3\.0 +\| +3\.00 \| +holds \|$/m);
  });
});

describe("several runs", () => {
  const runs = (...locks: readonly number[]): BenchReport => {
    const [last = 0, ...earlier] = locks.toReversed();
    return {
      ...reportOf([last], [1_000]),
      earlier: earlier.toReversed().map((one) => reportOf([one], [1_000])),
    };
  };

  it("show what each came to, and hold a target only if all do", () => {
    assert.match(formatReport(runs(3_000, 3_100, 3_200)), /≥ 3\.0 +\| +3\.00 · 3\.10 · 3\.20 \| +holds \|$/m);
    assert.match(
      formatReport(runs(3_000, 1_500, 3_200)),
      /≥ 3\.0 +\| +3\.00 · 1\.50 · 3\.20 \| misses by × 2\.00, in 1 of 3 runs \|$/m,
    );
    assert.match(formatReport(runs(2_000, 1_500)), /≥ 3\.0 +\| +2\.00 · 1\.50 \| misses by × 2\.00 \|$/m);
  });

  it("say where one has not come to its end", () => {
    const failed = { ...runs(3_000), earlier: [{ ...runs(3_000), scenarios: [] }] };
    assert.match(formatReport(failed), /≥ 3\.0 +\| +– · 3\.00 \| +not measured \|$/m);
    assert.equal(formatReport(failed).match(/- failed: F/g)?.length, 2);
  });

  it("are in the JSON and on the page", () => {
    const { earlierRuns } = JSON.parse(JSON.stringify(toJson(runs(1_500, 3_000), machine)));
    assert.equal(earlierRuns[0].targets[0].measured, 1.5);
    const page = "<!-- measurements -->\n<!-- end of the measurements -->";
    assert.match(fillPage(page, runs(1_500, 3_000), machine, false), /^2 runs, one after the other/m);
  });
});

describe("formatTable", () => {
  it("pads columns and puts numbers to the right", () => {
    const rows = [
      ["who", "n"],
      ["a", "1,000"],
    ];
    assert.equal(formatTable(rows, 1), "| who |     n |\n| --- | ----: |\n| a   | 1,000 |");
  });
});

describe("toJson", () => {
  it("tells of each target what was measured and whether it holds", () => {
    const { targets } = JSON.parse(JSON.stringify(toJson(report, machine)));
    assert.deepEqual(
      targets.map(({ scenario, target, measured, holds }: Record<string, unknown>) => ({
        ...{ scenario, target, measured, holds },
      })),
      [
        { scenario: "B", target: "at least 3", measured: 1.5, holds: false },
        { scenario: "B", target: "at most 0.25", measured: null, holds: null },
      ],
    );
  });

  it("has the rounds of each peer, summed up", () => {
    const { measurements } = JSON.parse(JSON.stringify(toJson(report, machine)));
    assert.equal(measurements.length, 2);
    assert.equal(measurements[0].locksPerSecond.median, 1_500);
    assert.equal(measurements[1].cpuUs, null);
  });
});

describe("fillPage", () => {
  const page = "# Head\n\n<!-- measurements -->\n\nold\n\n<!-- end of the measurements -->\n\n## Tail\n";

  it("puts the report between the marks, as often as it is asked to", () => {
    const once = fillPage(page, report, machine, false);
    assert.ok(once.startsWith("# Head\n") && once.endsWith("\n## Tail\n"));
    assert.match(once, /Measured on 2030-01-02: CPU, 2 cores/);
    assert.doesNotMatch(once, /old|--quick/);
    assert.equal(fillPage(once, report, machine, false), once);
  });

  it("says so if the run was short", () => {
    assert.match(fillPage(page, report, machine, true), /short run/);
  });

  it("refuses a page without marks", () => {
    assert.throws(() => fillPage("# Head\n", report, machine, false), /no place/);
  });
});

describe("drawBench", () => {
  const widthOf = (svg: string, colour: string): number =>
    Number(new RegExp(`width="([\\d.]+)"[^>]*fill="${colour}"`).exec(svg)?.[1]);

  it("draws bars as long as the medians, each peer in its colour", () => {
    const svg = drawBench(report, machine);
    const ratio = widthOf(svg, "#0f766e") / widthOf(svg, "#3b82c4");
    assert.ok(Math.abs(ratio - 1.5) < 0.01, `${ratio}`);
  });

  it("names the scenario, the unit and which way is better", () => {
    const svg = drawBench(report, machine);
    assert.ok(svg.includes(">B. Many callers</text>"));
    assert.ok(svg.includes(">locks/s, higher is better</text>"));
    assert.ok(svg.includes(">1,500 /s</text>"));
  });

  it("escapes what is drawn", () => {
    const svg = drawBench(report, machine);
    assert.ok(svg.includes("Go &lt;Mutex&gt; &amp; co."));
    assert.doesNotMatch(svg, /<Mutex>/);
  });

  it("has colours for dark pages, and stays inside its frame", () => {
    const svg = drawBench(report, machine);
    assert.match(svg, /@media \(prefers-color-scheme: dark\)/);
    const height = Number(/viewBox="0 0 1040 ([\d.]+)"/.exec(svg)?.[1]);
    const bottoms = [...svg.matchAll(/ y="([\d.]+)"/g)].map(([, y]) => Number(y));
    assert.ok(bottoms.length > 5 && Math.max(...bottoms) < height);
  });

  it("draws some of the points where a scenario says which, as far as they were measured", () => {
    const picture = { ...scenario.picture, points: ["256 callers"] } as NonNullable<Scenario["picture"]>;
    const scenarios = report.scenarios.map((one) => ({ ...one, scenario: { ...scenario, picture } }));
    assert.doesNotMatch(drawBench({ ...report, scenarios }, machine), /16 callers/);
  });

  it("leaves out a scenario of which nothing was measured", () => {
    assert.doesNotMatch(drawBench(reportOf([], []), machine), /Many callers/);
  });
});
