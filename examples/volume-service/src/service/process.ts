import { connect } from "@fenceline/core";
import { createIdGenerator, tracing } from "@fenceline/tracing";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import type { ArrayAddress } from "../arrays/plan.js";
import { serveJson } from "../json-http.js";
import { endWithParent, tellParent } from "../lifeline.js";
import { SpanFile } from "../timeline/span-file.js";
import { createGuardedDriver } from "./guarded-driver.js";
import { armPause } from "./pause-point.js";
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
}

const { name, arrays, locks }: NodeConfig = JSON.parse(process.argv[2] ?? "");
endWithParent();
process.on("message", ({ pauseAt }: { pauseAt: string }) => armPause(pauseAt));

/** Has every request and every holding written down, with ids that tell those who wait whom they wait for. */
function traceInto(path: string) {
  return tracing({
    tracerProvider: new BasicTracerProvider({
      idGenerator: createIdGenerator(),
      spanProcessors: [new SpanFile(path)],
    }),
  });
}

const coordinator =
  locks &&
  (await connect({
    etcd: { hosts: locks.hosts },
    namespace: locks.namespace,
    ttlMs: locks.ttlMs,
    node: name,
    minimumScope: "global",
    interceptors: [traceInto(locks.spans)],
  }));
const drivers = new Map(arrays.map((array) => [array.name, createGuardedDriver(coordinator, array, name)]));
const { address } = await serveJson(createVolumeApi(name, drivers));
const ready: NodeReady = { address };
tellParent(ready);
