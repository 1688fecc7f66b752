import { join } from "node:path";
import { writeClusterTls } from "../tls/tls-material.js";
import { assembleCluster, type PreparedCluster } from "./assemble-cluster.js";
import { type Cleanup, createCleanup } from "./cleanup.js";
import { createContainerCluster } from "./container/container-cluster.js";
import type { EtcdCluster } from "./etcd-cluster.js";
import { createExistingCluster } from "./existing-cluster.js";
import { type EtcdSource, findEtcd } from "./find-etcd.js";
import { createProcessCluster } from "./process/process-cluster.js";
import {
  assertFitsExisting,
  resolveStartOptions,
  type StartEtcdOptions,
  type StartSettings,
} from "./start-options.js";
import { createWorkDirectory } from "./work-directory.js";

/**
 * Starts a real etcd for tests and waits until it takes writes: one member or three, as processes or as
 * containers, in a directory and on loopback ports of its own.
 *
 * The cluster ends with its disposal, and in any case with this process: also when this process is killed.
 *
 * @example
 * ```ts
 * await using etcd = await startEtcd({ members: 3 });
 * const coordinator = await connect({ etcd: { hosts: etcd.endpoints } });
 * await (await etcd.leader()).kill();
 * ```
 *
 * @throws InvalidArgumentError for options that are not usable, before anything is started.
 * @throws EtcdNotFoundError if there is no etcd to start.
 * @throws EtcdStartError if it does not get ready; carries the end of its log.
 */
export async function startEtcd(options: StartEtcdOptions = {}): Promise<EtcdCluster> {
  const settings = resolveStartOptions(options);
  const source = await chooseSource(options);
  const cleanup = createCleanup();
  try {
    return await assembleCluster(await prepare(source, options, settings, cleanup), settings, cleanup);
  } catch (error) {
    await cleanup[Symbol.asyncDispose]();
    throw error;
  }
}

async function chooseSource(options: StartEtcdOptions): Promise<EtcdSource> {
  const { binary, runtime, install } = options;
  return binary === undefined ? findEtcd({ runtime, install }) : { kind: "process", binary };
}

/** Everything up to the point where members can be started. */
async function prepare(
  source: EtcdSource,
  options: StartEtcdOptions,
  settings: StartSettings,
  cleanup: Cleanup,
): Promise<PreparedCluster> {
  if (source.kind === "existing") {
    assertFitsExisting(options, source.endpoints);
    return { runtime: createExistingCluster(source.endpoints), tls: undefined };
  }
  const directory = cleanup.use(await createWorkDirectory()).path;
  const tls = settings.tls
    ? await writeClusterTls(join(directory, "tls"), settings.auth?.user ?? "fenceline")
    : undefined;
  const common = { directory, settings, tls: tls?.server };
  const runtime =
    source.kind === "process"
      ? await createProcessCluster({ ...common, binary: source.binary })
      : await createContainerCluster({ ...common, image: options.image });
  return { runtime: cleanup.use(runtime), tls };
}
