// The program that is measured: Fenceline, through its public interface only.
import { type ConnectOptions, type Coordinator, connect, lockKey, type Scope } from "@fenceline/core";
import type { Load } from "../load.js";
import { type Hold, holdLocks } from "./hold-locks.js";
import { runLoad } from "./run-load.js";
import { serve } from "./serve.js";
import { readSettings } from "./settings.js";
import { openTracing } from "./traced.js";
import { versionOf } from "./versions.js";

const { endpoint, directory, variant } = readSettings();
const scope: Scope = variant === "node" || variant === "process" ? variant : "global";
const options: ConnectOptions = {
  etcd: scope === "global" && { hosts: [endpoint] },
  // Where there are a thousand clients their renewals would disturb.
  ttlMs: variant === "long-ttl" ? 120_000 : undefined,
  lockDirectory: directory,
  interceptors: openTracing(variant),
};
const shared = await connect(options);
const others: Coordinator[] = [];

/** The coordinators of callers that are clients of their own are opened once and kept. */
async function coordinatorOf(load: Load, caller: number): Promise<Coordinator> {
  if (load.sessions === "one") return shared;
  others[caller] ??= await connect(options);
  return others[caller];
}

await serve(
  { "@fenceline/core": versionOf("@fenceline/core"), node: process.versions.node },
  {
    run: (load: Load) =>
      runLoad(load, async (names, caller) => {
        const coordinator = await coordinatorOf(load, caller);
        const keys = names.map((name) => lockKey(scope, name));
        return async (signal) => {
          const lock = await coordinator.acquire(keys, { signal });
          // What a holder wants: made when it is asked for.
          void lock.token;
          void lock.signal;
          return () => lock.release();
        };
      }),
    hold: (hold: Hold) => holdLocks(shared, hold),
  },
);
await Promise.all([shared, ...others].map((coordinator) => coordinator?.close()));
