import { readFile } from "node:fs/promises";
import { type EtcdCluster, startEtcd } from "@fenceline/testing";
import { type EtcdCounters, readCounters } from "./etcd-metrics.js";
import { readCpuUs } from "./process-cpu.js";

/** Whether etcd waits for the disk. */
export type DiskMode = "disk" | "no fsync";

/** One member of etcd, a process of its own. */
export interface BenchEtcd extends AsyncDisposable {
  readonly endpoint: string;
  readonly version: string;
  counters(): Promise<EtcdCounters>;
  /** User and system time that it has used so far, in steps of ten milliseconds. */
  cpuUs(): Promise<number>;
}

export async function startBenchEtcd(binary: string, mode: DiskMode): Promise<BenchEtcd> {
  const cluster: EtcdCluster = await startEtcd({ binary, unsafeNoFsync: mode === "no fsync" });
  const [endpoint = ""] = cluster.endpoints;
  const pid = cluster.members[0]?.pid;
  return {
    endpoint,
    version: cluster.version,
    async counters() {
      const response = await fetch(new URL("/metrics", endpoint));
      return readCounters(await response.text());
    },
    cpuUs: async () => readCpuUs(await readFile(`/proc/${pid}/stat`, "utf8")),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}
