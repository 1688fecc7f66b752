import assert from "node:assert/strict";
import { between, readCounters } from "../dist/etcd/etcd-metrics.js";
import { readCpuUs } from "../dist/etcd/process-cpu.js";
import type { LoadResult } from "../dist/load.js";
import { toSample } from "../dist/measure/sample.js";

const result: LoadResult = {
  locks: 100,
  elapsedMs: 500,
  cpuUs: 20_000,
  acquireP50Ms: 2,
  acquireP99Ms: 9,
  pairP50Ms: 4,
  fewest: 1,
  most: 30,
};

const METRICS = `# TYPE grpc_server_handled_total counter
grpc_server_handled_total{grpc_code="OK",grpc_method="Txn",grpc_service="etcdserverpb.KV",grpc_type="unary"} 40
grpc_server_handled_total{grpc_code="NotFound",grpc_method="LeaseRevoke",grpc_service="etcdserverpb.Lease",grpc_type="unary"} 2
grpc_server_handled_total{grpc_code="OK",grpc_method="Status",grpc_service="etcdserverpb.Maintenance",grpc_type="unary"} 7
grpc_server_handled_total{grpc_code="OK",grpc_method="Watch",grpc_service="etcdserverpb.Watch",grpc_type="bidi_stream"} 3
grpc_server_msg_received_total{grpc_method="Watch",grpc_service="etcdserverpb.Watch",grpc_type="bidi_stream"} 11
grpc_server_msg_sent_total{grpc_method="Watch",grpc_service="etcdserverpb.Watch",grpc_type="bidi_stream"} 13
grpc_server_msg_received_total{grpc_method="LeaseKeepAlive",grpc_service="etcdserverpb.Lease",grpc_type="bidi_stream"} 1.5e+03
etcd_debugging_mvcc_events_total 17
etcd_debugging_lease_granted_total 5
etcd_debugging_lease_revoked_total 4
`;

describe("readCounters", () => {
  it("counts calls whatever became of them, but neither streams nor questions about the server", () => {
    assert.equal(readCounters(METRICS).calls, 42);
  });

  it("counts messages and events of watches, renewals and leases", () => {
    const { calls: _, ...others } = readCounters(METRICS);
    assert.deepEqual(others, {
      watchRequests: 11,
      watchMessages: 13,
      watchEvents: 17,
      keepAlives: 1_500,
      leasesGranted: 5,
      leasesEnded: 4,
    });
  });

  it("subtracts readings", () => {
    const counters = readCounters(METRICS);
    assert.equal(between({ ...counters, calls: 2 }, counters).calls, 40);
    assert.equal(between(counters, counters).keepAlives, 0);
  });
});

describe("readCpuUs", () => {
  it("adds user and system time behind a name that holds anything", () => {
    const fields = ["S", ...Array.from({ length: 10 }, () => "7"), "30", "12", "7"].join(" ");
    assert.equal(readCpuUs(`42 (a) b (c) ${fields}`), 420_000);
  });

  it("refuses a text without times", () => {
    assert.throws(() => readCpuUs("42 (etcd) S 1 2"), /no times/);
  });
});

describe("toSample", () => {
  it("adds up processes, each by its own clock", () => {
    const sample = toSample([result, { ...result, locks: 300, elapsedMs: 1_000 }]);
    assert.equal(sample.locksPerSecond, 500);
    assert.equal(sample.usPerLock, 2_000);
    assert.equal(sample.cpuUs, 100);
  });

  it("gives etcd's work for each lock, also where it was watched for another time", () => {
    const counters = readCounters(METRICS);
    const sample = toSample([result], { seconds: 0.25, cpuUs: 10_000, counters });
    // 200 locks a second; 42 calls and 10 ms in a quarter of one.
    assert.equal(sample.calls, 0.84);
    assert.equal(sample.etcdCpuUs, 200);
    assert.equal(sample.keepAlives, 6_000);
  });

  it("tells how far the farthest process is from an equal share", () => {
    const shares = [100, 100, 160, 40].map((locks) => ({ ...result, locks }));
    assert.equal(toSample(shares).share?.toFixed(6), "0.600000");
    assert.equal(toSample([result, result]).share, 0);
    assert.equal(toSample([result]).share, undefined);
  });
});
