import type { Metric } from "../measure/sample.js";

/** How a metric is shown. */
export interface MetricColumn {
  readonly title: string;
  readonly digits: number;
  /** Behind a value that stands alone. */
  readonly unit: string;
  /** What the values are divided by before they are shown. */
  readonly per?: number | undefined;
}

export const metricColumns: Readonly<Record<Metric, MetricColumn>> = {
  locksPerSecond: { title: "locks/s", digits: 0, unit: "/s" },
  usPerLock: { title: "time per lock, µs", digits: 1, unit: "µs" },
  acquireP50Ms: { title: "acquire p50, ms", digits: 2, unit: "ms" },
  acquireP99Ms: { title: "acquire p99, ms", digits: 2, unit: "ms" },
  pairP50Ms: { title: "acquire + release p50, ms", digits: 3, unit: "ms" },
  cpuUs: { title: "own CPU, µs/lock", digits: 1, unit: "µs" },
  etcdCpuUs: { title: "etcd's CPU, µs/lock", digits: 1, unit: "µs" },
  calls: { title: "calls/lock", digits: 2, unit: "" },
  watchRequests: { title: "watch requests/lock", digits: 2, unit: "" },
  watchMessages: { title: "watch messages/lock", digits: 2, unit: "" },
  watchEvents: { title: "events/lock", digits: 2, unit: "" },
  share: { title: "off its share, %", digits: 1, unit: "%", per: 0.01 },
  heapBytes: { title: "heap, bytes/lock", digits: 0, unit: "bytes" },
  leases: { title: "leases", digits: 0, unit: "" },
  keepAlives: { title: "keepalives/s", digits: 2, unit: "/s" },
  importMs: { title: "import, ms", digits: 1, unit: "ms" },
  roundTrips: { title: "round trips", digits: 0, unit: "" },
  packedBytes: { title: "packed, kB", digits: 1, unit: "kB", per: 1_000 },
};

export function formatMetric(metric: Metric, value: number): string {
  const { digits, per = 1 } = metricColumns[metric];
  return formatNumber(value / per, digits);
}

/** With commas between thousands: 12,345.6. */
export function formatNumber(value: number, digits: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
