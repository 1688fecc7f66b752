import type { Metric } from "../measure/sample.js";

/** How a metric is shown. */
export interface MetricColumn {
  readonly title: string;
  readonly digits: number;
  /** What the values are divided by before they are shown. */
  readonly per?: number | undefined;
}

export const metricColumns: Readonly<Record<Metric, MetricColumn>> = {
  locksPerSecond: { title: "locks/s", digits: 0 },
  acquireP50Ms: { title: "acquire p50, ms", digits: 2 },
  acquireP99Ms: { title: "acquire p99, ms", digits: 2 },
  pairP50Ms: { title: "lock p50, ms", digits: 3 },
  cpuUs: { title: "own CPU, µs/lock", digits: 1 },
  etcdCpuUs: { title: "etcd's CPU, µs/lock", digits: 1 },
  calls: { title: "calls/lock", digits: 2 },
  watchRequests: { title: "watch requests/lock", digits: 2 },
  watchMessages: { title: "watch messages/lock", digits: 2 },
  watchEvents: { title: "events/lock", digits: 2 },
  share: { title: "off its share, %", digits: 1, per: 0.01 },
  heapBytes: { title: "heap, bytes/lock", digits: 0 },
  leases: { title: "leases", digits: 0 },
  keepAlives: { title: "keepalives/s", digits: 2 },
  importMs: { title: "import, ms", digits: 1 },
  roundTrips: { title: "round trips", digits: 2 },
  packedBytes: { title: "packed, kB", digits: 1, per: 1_000 },
};

export function formatMetric(metric: Metric, value: number): string {
  const { digits, per = 1 } = metricColumns[metric];
  return formatNumber(value / per, digits);
}

/** With commas between thousands: 12,345.6. */
export function formatNumber(value: number, digits: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
