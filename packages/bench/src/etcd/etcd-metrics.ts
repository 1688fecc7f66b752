/** What etcd has counted since it started. */
export interface EtcdCounters {
  /** Answered calls: transactions, reads, writes, grants of leases. A transaction of many counts once. */
  readonly calls: number;
  /** Messages on watch streams: requests to watch or to end a watch, and what etcd sent. */
  readonly watchRequests: number;
  readonly watchMessages: number;
  /** Events that watchers were sent. */
  readonly watchEvents: number;
  readonly keepAlives: number;
  readonly leasesGranted: number;
  /** Leases that were revoked, or had ended. */
  readonly leasesEnded: number;
}

/** Calls that keep no lock: what a client asks when it connects, and what others ask of the server. */
const OTHERS = new Set(["Status", "Check", "MemberList", "Alarm", "Authenticate", "AuthStatus"]);

/** Reads the counters from the text that etcd serves for Prometheus. */
export function readCounters(text: string): EtcdCounters {
  const sum = (metric: string, wanted: (labels: Readonly<Record<string, string>>) => boolean): number => {
    let total = 0;
    for (const [, labels = "", value] of text.matchAll(new RegExp(`^${metric}(?:{(.*)})? (\\S+)$`, "gm"))) {
      if (wanted(readLabels(labels))) total += Number(value);
    }
    return total;
  };
  const messages = (direction: "received" | "sent", method: string): number =>
    sum(`grpc_server_msg_${direction}_total`, (labels) => labels["grpc_method"] === method);
  return {
    calls: sum(
      "grpc_server_handled_total",
      ({ grpc_type: type, grpc_method: method = "" }) => type === "unary" && !OTHERS.has(method),
    ),
    watchRequests: messages("received", "Watch"),
    watchMessages: messages("sent", "Watch"),
    watchEvents: sum("etcd_debugging_mvcc_events_total", () => true),
    keepAlives: messages("received", "LeaseKeepAlive"),
    leasesGranted: sum("etcd_debugging_lease_granted_total", () => true),
    leasesEnded: sum("etcd_debugging_lease_revoked_total", () => true),
  };
}

/** What was counted between two readings. */
export function between(before: EtcdCounters, after: EtcdCounters): EtcdCounters {
  const names = Object.keys(after) as (keyof EtcdCounters)[];
  return Object.fromEntries(
    names.map((name) => [name, after[name] - before[name]]),
  ) as unknown as EtcdCounters;
}

function readLabels(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  ) as Record<string, string>;
}
