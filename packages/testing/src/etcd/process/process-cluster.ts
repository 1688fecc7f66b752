import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CertificateFiles } from "../../tls/tls-material.js";
import { UnsupportedError } from "../errors.js";
import { etcdArguments, etcdEnvironment, type MemberAddresses } from "../etcd-command.js";
import type { ClusterRuntime } from "../member-runtime.js";
import type { StartSettings } from "../start-options.js";
import { findFreePorts } from "./free-ports.js";
import { type PeerNetwork, startPeerNetwork } from "./peer-network.js";
import { createProcessMember } from "./process-member.js";

export interface ProcessClusterOptions {
  readonly binary: string;
  /** Where members keep their data and their logs. */
  readonly directory: string;
  readonly settings: StartSettings;
  readonly tls: CertificateFiles | undefined;
}

/** Prepares the members of a cluster as child processes. None is started yet. */
export async function createProcessCluster(options: ProcessClusterOptions): Promise<ClusterRuntime> {
  const { binary, directory, settings, tls } = options;
  const names = Array.from({ length: settings.members }, (_, index) => `etcd-${index + 1}`);
  const ports = await findFreePorts(2 * names.length);
  const clientPorts = ports.slice(0, names.length);
  const peerPorts = ports.slice(names.length);
  const hasAddresses = settings.places.some(({ address }) => address !== undefined);
  const network = hasAddresses ? undefined : await openNetwork(peerPorts, (index) => members[index]?.pid);

  const cluster = names.map((name, index): MemberAddresses => {
    const { address = "127.0.0.1", directory: place = directory } = settings.places[index] ?? {};
    const clientUrl = `${tls === undefined ? "http" : "https"}://${address}:${clientPorts[index]}`;
    const listenPeerUrl = `http://${address}:${peerPorts[index]}`;
    return {
      name,
      dataDir: join(place, name),
      listenClientUrl: clientUrl,
      clientUrl,
      listenPeerUrl,
      peerUrl: network?.url(index) ?? listenPeerUrl,
    };
  });
  const tlsPaths = tls && { ca: tls.ca.path, cert: tls.cert.path, key: tls.key.path };

  const members = cluster.map((addresses, index) =>
    createProcessMember({
      name: addresses.name,
      clientUrl: addresses.clientUrl,
      command: behind(settings.places[index]?.command, [
        binary,
        ...etcdArguments(addresses, cluster, settings, tlsPaths),
      ]),
      env: { ...withoutEtcdVariables(process.env), ...etcdEnvironment(settings) },
      logPath: join(directory, `${addresses.name}.log`),
      isolate() {
        assertNetwork();
        network?.isolate(index);
      },
      cut(peer, direction) {
        assertNetwork();
        const other = names.indexOf(peer);
        if (direction !== "fromPeer") network?.cut(index, other);
        if (direction !== "toPeer") network?.cut(other, index);
      },
      rejoin: () => network?.rejoin(index),
    }),
  );

  function assertNetwork(): void {
    if (cluster.length === 1 || network !== undefined) return;
    throw new UnsupportedError(
      "processes can be cut off from each other on Linux only, and without addresses in `places`; use containers",
    );
  }

  return {
    kind: "process",
    members,
    async [Symbol.asyncDispose]() {
      await Promise.all(members.map((member) => member.kill()));
      await network?.[Symbol.asyncDispose]();
    },
  };
}

/** A command that another one runs, if there is one. */
function behind(first: readonly string[] = [], command: [string, ...string[]]): [string, ...string[]] {
  const [executable, ...args] = first;
  return executable === undefined ? command : [executable, ...args, ...command];
}

/** Proxies between the members, where there are several and the kernel tells whose a connection is. */
async function openNetwork(
  ports: readonly number[],
  pidOf: (member: number) => number | undefined,
): Promise<PeerNetwork | undefined> {
  if (ports.length === 1 || !existsSync("/proc/net/tcp")) return undefined;
  return startPeerNetwork({ ports, pidOf });
}

/** etcd takes settings from `ETCD_…` variables too: those of the caller are not meant for this cluster. */
function withoutEtcdVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("ETCD_")));
}
