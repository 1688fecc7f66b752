import { createSystemClock } from "./clock.js";
import type { ConnectOptions } from "./connect-options.js";
import { resolveSettings } from "./connect-settings.js";
import type { Coordinator } from "./coordinator.js";
import { createCoordinator } from "./create-coordinator.js";
import { InvalidArgumentError } from "./errors.js";
import { openEtcdPart } from "./open-etcd-part.js";
import { systemRandom } from "./random.js";
import { createNodeLocks } from "./scopes/node-locks.js";
import { createProcessLocks } from "./scopes/process-locks.js";
import { createUnconfiguredLocks } from "./scopes/unconfigured-locks.js";

/**
 * Connects to etcd, opens the session, and gives the coordinator.
 *
 * Without `etcd` in the options the environment is asked: `FENCELINE_ETCD` (a URL, or endpoints separated by
 * commas), then etcdctl's `ETCDCTL_ENDPOINTS`; with either also `ETCDCTL_CACERT`, `ETCDCTL_CERT`,
 * `ETCDCTL_KEY` and `ETCDCTL_USER`. If there is nothing either, the coordinator has no etcd: it serves process
 * and node scope, and rejects a request for a global lock with `etcd_not_configured`.
 *
 * A connected coordinator keeps the process alive until `close()`.
 *
 * @example
 * ```ts
 * await using coordinator = await connect("etcd://10.0.0.1:2379,10.0.0.2:2379/volumes?ttl=10s");
 * await coordinator.withLock("volume-42", async (lock) => {
 *   await array.map(volume, host, { signal: lock.signal, fencingToken: lock.token });
 * });
 * ```
 *
 * @throws InvalidArgumentError for an option that cannot work, before anything is touched
 * @throws EtcdError within `connectTimeoutMs`: `etcd_unavailable` (nobody answers), `etcd_tls` (a certificate
 * was refused), `etcd_auth` (user, password or permission), `etcd_no_quorum` (members answer, but a majority
 * is missing), `etcd_rejected` (etcd refused, for example because its disk quota is exhausted)
 */
export async function connect(options: ConnectOptions | string = {}): Promise<Coordinator> {
  const given: ConnectOptions = typeof options === "string" ? { etcd: options } : options;
  const settings = resolveSettings(given, process.env);
  const interceptors = given.interceptors ?? [];
  if (!Array.isArray(interceptors) || interceptors.some((entry) => typeof entry !== "function")) {
    throw new InvalidArgumentError("interceptors", "a list of functions", interceptors);
  }
  const clock = given.parts?.clock ?? createSystemClock();
  const random = given.parts?.random ?? systemRandom;
  const info = { node: settings.node, interceptors };
  const base = { info, minimumScope: settings.minimumScope, clock };
  const local = {
    process: createProcessLocks(clock),
    node: createNodeLocks({ clock, directory: settings.lockDirectory, lockFiles: settings.lockFiles }),
  };
  const port = given.parts?.port;
  if (port === undefined && settings.etcd === undefined) {
    return createCoordinator({ ...base, scopes: { ...local, global: createUnconfiguredLocks() } });
  }
  const { locks, etcd } = await openEtcdPart({
    settings,
    coordinator: info,
    clock,
    random,
    port,
  });
  return createCoordinator({ ...base, scopes: { ...local, global: locks }, etcd });
}
