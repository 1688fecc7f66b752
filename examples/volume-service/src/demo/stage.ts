import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { ArraysReady } from "../arrays/process.js";
import type { NodeConfig, NodeReady } from "../service/process.js";
import { SPAN_FILE_ENDING } from "../timeline/span-file.js";
import { type Child, startChild } from "./child.js";
import { createLabClient, type LabClient } from "./lab-client.js";

const START_MS = 15_000;
const NODE_NAMES = ["volume-a", "volume-b", "volume-c"] as const;

export interface StageNode {
  readonly name: string;
  readonly address: string;
  /** Where its metrics are. */
  readonly metrics: string | undefined;
  readonly process: Child;
}

/** All processes of the demo but etcd. */
export interface Stage extends AsyncDisposable {
  readonly arrays: ArraysReady["arrays"];
  readonly arraysProcess: Child;
  readonly lab: LabClient;
  readonly nodes: readonly StageNode[];
}

export interface StageOptions {
  /** Endpoints of the etcd for the locks; without them the nodes work without locks. */
  readonly etcd: readonly string[] | undefined;
  readonly ttlMs: number;
  /** A directory that the nodes write their spans to. */
  readonly spans: string;
}

/** Starts the arrays, then a node of the service for each name. */
export async function openStage({ etcd, ttlMs, spans }: StageOptions): Promise<Stage> {
  const children: Child[] = [];
  const start = (...args: Parameters<typeof startChild>): Child => {
    const child = startChild(...args);
    children.push(child);
    return child;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(children.map((child) => child[Symbol.asyncDispose]()));
  };

  try {
    const arraysProcess = start("arrays/process.js");
    const { arrays, lab } = await arraysProcess.nextMessage<ArraysReady>(START_MS);
    // A namespace of its own: the etcd may be one that others use too.
    const locks = etcd && { hosts: etcd, namespace: `fenceline-demo-${randomUUID()}`, ttlMs };
    const nodes = await Promise.all(
      NODE_NAMES.map(async (name): Promise<StageNode> => {
        const file = join(spans, `${name}${SPAN_FILE_ENDING}`);
        const config: NodeConfig = { name, arrays, locks: locks && { ...locks, spans: file } };
        const node = start("service/process.js", JSON.stringify(config));
        const ready = await node.nextMessage<NodeReady>(START_MS);
        return { name, address: ready.address, metrics: ready.metrics, process: node };
      }),
    );
    return { arrays, arraysProcess, lab: createLabClient(lab), nodes, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
