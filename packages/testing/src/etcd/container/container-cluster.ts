import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { CertificateFiles } from "../../tls/tls-material.js";
import { etcdArguments, etcdEnvironment, type MemberAddresses } from "../etcd-command.js";
import type { ClusterRuntime } from "../member-runtime.js";
import { afterParent } from "../process/after-parent.js";
import { findFreePorts } from "../process/free-ports.js";
import type { StartSettings } from "../start-options.js";
import { findImage } from "./container-image.js";
import { createContainerMember } from "./container-member.js";
import { connectDocker, type Docker, type DockerContainer, type DockerNetwork } from "./docker.js";
import { CLUSTER_LABEL, removeCluster } from "./remove-cluster.js";

export interface ContainerClusterOptions {
  readonly image: string | undefined;
  readonly settings: StartSettings;
  readonly tls: CertificateFiles | undefined;
}

const CLIENT_PORT = 2379;
const PEER_PORT = 2380;
const DATA_DIR = "/etcd-data";
const TLS_PATHS = { ca: "/etcd-tls/ca.crt", cert: "/etcd-tls/server.crt", key: "/etcd-tls/server.key" };
const REMOVE_CLUSTER = fileURLToPath(new URL("remove-cluster-main.js", import.meta.url));

/** Prepares the members of a cluster as containers. None is started yet. */
export async function createContainerCluster(options: ContainerClusterOptions): Promise<ClusterRuntime> {
  const { settings, tls } = options;
  const docker = await connectDocker();
  const image = await findImage(docker, options.image);
  const id = randomUUID();
  const removal = afterParent([process.execPath, REMOVE_CLUSTER, id]);
  const names = Array.from({ length: settings.members }, (_, index) => `etcd-${index + 1}`);
  const ports = await findFreePorts(names.length);
  const network = names.length > 1 ? await createPeerNetwork(docker, id) : undefined;

  const scheme = tls === undefined ? "http" : "https";
  const cluster = names.map(
    (name, index): MemberAddresses => ({
      name,
      dataDir: DATA_DIR,
      listenClientUrl: `${scheme}://0.0.0.0:${CLIENT_PORT}`,
      clientUrl: `${scheme}://127.0.0.1:${ports[index]}`,
      listenPeerUrl: `http://0.0.0.0:${PEER_PORT}`,
      peerUrl: `http://${network === undefined ? "127.0.0.1" : name}:${PEER_PORT}`,
    }),
  );

  const members = cluster.map((addresses, index) =>
    createContainerMember({
      name: addresses.name,
      clientUrl: addresses.clientUrl,
      network,
      create: () =>
        startContainer(docker, {
          image,
          id,
          command: ["etcd", ...etcdArguments(addresses, cluster, settings, tls && TLS_PATHS)],
          environment: etcdEnvironment(settings),
          hostPort: ports[index] as number,
          network: network && { id: network.id, alias: addresses.name },
          tls,
        }),
    }),
  );

  return {
    kind: "container",
    members,
    async [Symbol.asyncDispose]() {
      await removeCluster(docker, id);
      removal[Symbol.dispose]();
    },
  };
}

interface ContainerOptions {
  readonly image: string;
  readonly id: string;
  readonly command: string[];
  readonly environment: Record<string, string>;
  readonly hostPort: number;
  readonly network: { readonly id: string; readonly alias: string } | undefined;
  readonly tls: CertificateFiles | undefined;
}

async function startContainer(docker: Docker, options: ContainerOptions): Promise<DockerContainer> {
  const { GenericContainer, Wait } = docker.testcontainers;
  /** GenericContainer publishes ports on all addresses; etcd without a password belongs on loopback. */
  class LoopbackContainer extends GenericContainer {
    withLoopbackPort(port: number, hostPort: number): this {
      this.withExposedPorts(port);
      // A fixed port, as a restarted container would otherwise get another one.
      this.hostConfig.PortBindings = { [`${port}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: `${hostPort}` }] };
      return this;
    }
  }
  const name = `fenceline-${options.id}-${options.hostPort}`;
  const container = new LoopbackContainer(options.image)
    .withName(name)
    .withLoopbackPort(CLIENT_PORT, options.hostPort)
    .withCommand(options.command)
    .withEnvironment(options.environment)
    .withLabels({ [CLUSTER_LABEL]: options.id })
    // Containers are removed here, also after a crash: testcontainers' own way needs one more image.
    .withAutoCleanup(false)
    // Readiness is checked the same way for every runtime, with etcd's log at hand.
    .withWaitStrategy(Wait.forAll([]));
  if (options.network !== undefined) {
    // The default network carries the published port, this one only what members say to each other.
    container.withNetworkMode(options.network.id).withNetworkAliases(options.network.alias);
  }
  if (options.tls !== undefined) {
    const { ca, cert, key } = options.tls;
    container.withCopyContentToContainer([
      { content: ca.pem, target: TLS_PATHS.ca },
      { content: cert.pem, target: TLS_PATHS.cert },
      { content: key.pem, target: TLS_PATHS.key },
    ]);
  }
  try {
    const started = await container.start();
    return docker.dockerode.getContainer(started.getId());
  } catch (error) {
    // testcontainers waits in vain for the ports of one that ended at once. Its log says why it did.
    const ended = docker.dockerode.getContainer(name);
    const found = await ended.inspect().catch(() => undefined);
    if (found?.State.Status !== "exited") throw error;
    return ended;
  }
}

/**
 * A network of its own for the peers, so that one can be taken off it while its clients stay connected.
 * Internal, or Docker might publish the client port through it and take it back with the connection.
 */
async function createPeerNetwork(docker: Docker, id: string): Promise<DockerNetwork> {
  return docker.dockerode.createNetwork({
    Name: `fenceline-${id}`,
    Driver: "bridge",
    Internal: true,
    Labels: { [CLUSTER_LABEL]: id },
  });
}
