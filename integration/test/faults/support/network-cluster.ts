import type { EtcdCluster, EtcdMember } from "@fenceline/testing";
import { ownEtcd } from "../../suite-etcd.js";
import { createNetwork, type NetworkHost } from "./network.js";
import { startWorker, type Worker } from "./worker.js";

/** Three members of etcd and some clients, each on a host of its own. */
export interface NetworkCluster extends AsyncDisposable {
  readonly etcd: EtcdCluster;
  readonly clients: readonly NetworkHost[];
  hostOf(member: EtcdMember): NetworkHost;
  /** All members, the leader first. */
  leaderFirst(): Promise<[leader: EtcdMember, follower: EtcdMember, another: EtcdMember]>;
  /** A worker on a client's host. */
  startWorker(client: number, options: NetworkWorkerOptions): Promise<Worker>;
}

export interface NetworkWorkerOptions {
  /** The members that it knows, in its order. Default: all. */
  readonly members?: readonly EtcdMember[];
  readonly ttlMs: number;
}

export async function startNetworkCluster(clients: number): Promise<NetworkCluster> {
  const network = await createNetwork(3 + clients);
  const { hosts } = network;
  const dispose = (): PromiseLike<void> => network[Symbol.asyncDispose]();
  const places = hosts.slice(0, 3).map(({ address, command }) => ({ address, command }));
  const etcd = await ownEtcd({ members: 3, places }).catch(async (error) => {
    await dispose();
    throw error;
  });
  return {
    etcd,
    clients: hosts.slice(3),
    hostOf: (member) => hosts[etcd.members.indexOf(member)] as NetworkHost,
    async leaderFirst() {
      const leader = await etcd.leader();
      const [one, two] = etcd.members.filter((member) => member !== leader);
      return [leader, one as EtcdMember, two as EtcdMember];
    },
    startWorker(client, { members = etcd.members, ttlMs }) {
      const etcdOptions = { hosts: members.map(({ endpoint }) => endpoint) };
      const options = { etcd: etcdOptions, node: `client-${client + 1}`, ttlMs };
      return startWorker(options, hosts[3 + client]?.command);
    },
    async [Symbol.asyncDispose]() {
      await etcd[Symbol.asyncDispose]();
      await dispose();
    },
  };
}
