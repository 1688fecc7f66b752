import { connect } from "@fenceline/core";
import type { ArrayAddress } from "../arrays/plan.js";
import { serveJson } from "../json-http.js";
import { endWithParent, tellParent } from "../lifeline.js";
import { createGuardedDriver } from "./guarded-driver.js";
import { armPause } from "./pause-point.js";
import { startTelemetry } from "./telemetry.js";
import { createVolumeApi } from "./volume-api.js";

/** What a node of the volume service is started with, as JSON in its first argument. */
export interface NodeConfig {
  readonly name: string;
  readonly arrays: readonly ArrayAddress[];
  /** How to reach etcd; without it the node works without locks. */
  readonly locks?:
    | {
        readonly hosts: readonly string[];
        readonly namespace: string;
        readonly ttlMs: number;
        /** The file that spans are written to. */
        readonly spans: string;
      }
    | undefined;
}

/** What it tells the demo when it is ready. */
export interface NodeReady {
  readonly address: string;
  /** Where Prometheus finds the node's metrics, at `/metrics`; without locks there are none. */
  readonly metrics?: string | undefined;
}

const { name, arrays, locks }: NodeConfig = JSON.parse(process.argv[2] ?? "");
endWithParent();
process.on("message", ({ pauseAt }: { pauseAt: string }) => armPause(pauseAt));

const telemetry = locks && (await startTelemetry(locks.spans));
const coordinator =
  locks &&
  (await connect({
    etcd: { hosts: locks.hosts },
    namespace: locks.namespace,
    ttlMs: locks.ttlMs,
    node: name,
    minimumScope: "global",
    interceptors: telemetry && [telemetry.interceptor],
  }));
const drivers = new Map(arrays.map((array) => [array.name, createGuardedDriver(coordinator, array, name)]));
const { address } = await serveJson(createVolumeApi(name, drivers));
const ready: NodeReady = { address, metrics: telemetry?.metrics };
tellParent(ready);
