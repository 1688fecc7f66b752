import { join } from "node:path";
import { connect, type WireFormat } from "@fenceline/core";
import { NAMESPACE, TTL_MS } from "./messages.js";
import { perform } from "./perform.js";
import type { Recorder } from "./recorder.js";
import { createRegisterClient } from "./register-client.js";
import { sharedKeys } from "./wishes.js";

export interface LastOperationsOptions {
  readonly endpoints: readonly string[];
  readonly directory: string;
  readonly wire: readonly WireFormat[];
  readonly registerUrl: string;
  readonly recorder: Recorder;
}

const WORKER = "last";

/** When all faults are over and all workers gone, every lock must be free: takes each of them once. */
export async function doLastOperations(options: LastOperationsOptions): Promise<void> {
  const { directory, endpoints, recorder, wire } = options;
  const coordinator = await connect({
    etcd: { hosts: endpoints },
    namespace: NAMESPACE,
    node: WORKER,
    ttlMs: TTL_MS,
    wire,
    lockDirectory: join(directory, "locks"),
  });
  const register = createRegisterClient(options.registerUrl);
  const wish = { call: "acquire", timeoutMs: 2 * TTL_MS, steps: 0, thinkMs: 0, writesToEtcd: true } as const;
  for (const [index, key] of sharedKeys.entries()) {
    const operation = `${WORKER}-${index + 1}`;
    await perform({ ...wish, keys: [key] }, { coordinator, recorder, register, worker: WORKER, operation });
  }
  await coordinator.close();
}
