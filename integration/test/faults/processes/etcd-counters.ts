/** What a member has counted since it was started. */
export interface EtcdCounters {
  /** Calls that are no streams, with each attempt. */
  readonly calls: number;
  /** Events that were sent to watches. */
  readonly events: number;
}

/** Reads the metrics of a member. */
export async function readCounters(endpoint: string): Promise<EtcdCounters> {
  const text = await (await fetch(`${endpoint}/metrics`)).text();
  const sum = (pattern: RegExp) => {
    const values = [...text.matchAll(pattern)].map(([, value]) => Number(value));
    if (values.length === 0) throw new Error(`no metric ${pattern} at ${endpoint}`);
    return values.reduce((a, b) => a + b);
  };
  return {
    calls: sum(/^grpc_server_started_total\{.*grpc_type="unary"\} (\S+)$/gm),
    events: sum(/^etcd_debugging_mvcc_events_total (\S+)$/gm),
  };
}
