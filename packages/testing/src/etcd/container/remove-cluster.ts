import type { Docker } from "./docker.js";

/** On every container and network of a cluster, with the cluster's id. */
export const CLUSTER_LABEL = "io.fenceline.cluster";

/** Removes the containers and the network of a cluster, whatever state they are in. */
export async function removeCluster({ dockerode }: Docker, id: string): Promise<void> {
  const filters = { label: [`${CLUSTER_LABEL}=${id}`] };
  const containers = await dockerode.listContainers({ all: true, filters });
  await Promise.all(containers.map(({ Id }) => dockerode.getContainer(Id).remove({ force: true, v: true })));
  const networks = await dockerode.listNetworks({ filters });
  await Promise.all(networks.map(({ Id }) => dockerode.getNetwork(Id).remove()));
}
