import { UnsupportedError } from "./errors.js";
import type { ClusterRuntime } from "./member-runtime.js";

/** A cluster that runs already. It belongs to somebody else, so nothing is done to it. */
export function createExistingCluster(endpoints: readonly string[]): ClusterRuntime {
  const refuse = async (): Promise<never> => {
    throw new UnsupportedError(
      "a cluster named by FENCELINE_ETCD is not ours to break; start one with `runtime`, or use its clientProxy",
    );
  };
  return {
    kind: "existing",
    members: endpoints.map((clientUrl, index) => ({
      name: `etcd-${index + 1}`,
      clientUrl,
      pid: undefined,
      isRunning: async () => true,
      start: async () => {},
      pause: refuse,
      resume: refuse,
      kill: refuse,
      stop: refuse,
      isolate: refuse,
      cut: refuse,
      rejoin: refuse,
      log: async () => "",
    })),
    async [Symbol.asyncDispose]() {},
  };
}
