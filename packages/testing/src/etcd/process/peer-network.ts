import type { Socket } from "node:net";
import { createLine, type Line } from "../../faults/line.js";
import { listenOnLoopback } from "../../faults/loopback-server.js";
import { findSocketOwner } from "./socket-owner.js";

/** The network between the members of a cluster on one machine: each reaches the others through a proxy. */
export interface PeerNetwork extends AsyncDisposable {
  /** Where the peers of a member reach it. */
  url(member: number): string;
  /** Cuts a member off from all others, both ways. */
  isolate(member: number): void;
  /** Loses what one member sends to another one. */
  cut(from: number, to: number): void;
  /** Ends what `isolate` and `cut` did to a member. */
  rejoin(member: number): void;
}

export interface PeerNetworkOptions {
  /** The ports that the members themselves listen on for their peers. */
  readonly ports: readonly number[];
  /** The process of a member, if it runs. */
  readonly pidOf: (member: number) => number | undefined;
}

/**
 * Members advertise one address to all their peers, and answer over connections that the peer has opened. To
 * cut off one member, the proxy in front of another has to know whose connection it forwards: it asks the
 * kernel.
 */
export async function startPeerNetwork(options: PeerNetworkOptions): Promise<PeerNetwork> {
  const { ports, pidOf } = options;
  const members = ports.map((_port, index) => index);
  const isolated = new Set<number>();
  /** `cuts[from]` has the members that what `from` sends does not reach. */
  const cuts = members.map(() => new Set<number>());
  /** `lines[from][to]` */
  const lines = members.map(() => ports.map((port) => createLine({ host: "127.0.0.1", port })));
  const lineOf = (from: number, to: number): Line => lines[from]?.[to] as Line;

  const accept = (client: Socket, to: number): void => {
    const from = sourceOf(client);
    // Closed while the kernel was asked, or none of ours.
    if (from === undefined) client.destroy();
    else lineOf(from, to).attach(client);
  };

  const sourceOf = (client: Socket): number | undefined => {
    const { localPort, remotePort } = client;
    if (localPort === undefined || remotePort === undefined) return undefined;
    const pids = members.map(pidOf);
    const owner = findSocketOwner(
      { localPort, remotePort },
      pids.filter((pid) => pid !== undefined),
    );
    return owner === undefined ? undefined : pids.indexOf(owner);
  };

  const servers = await Promise.all(members.map((to) => listenOnLoopback((client) => accept(client, to))));

  const isCut = (from: number, to: number): boolean =>
    isolated.has(from) || isolated.has(to) || cuts[from]?.has(to) === true;

  // Both members answer over connections that the other has opened.
  const applyTo = (from: number, to: number): void => {
    const line = lineOf(from, to);
    const isCutThere = isCut(from, to);
    const isCutBack = isCut(to, from);
    if (isCutThere) line.cut("toTarget");
    if (isCutBack) line.cut("toClient");
    if (!isCutThere && !isCutBack) line.heal();
  };
  const applyCuts = (member: number): void => {
    for (const other of members) {
      if (other === member) continue;
      applyTo(member, other);
      applyTo(other, member);
    }
  };

  return {
    url: (member) => `http://127.0.0.1:${servers[member]?.port}`,
    isolate(member) {
      isolated.add(member);
      applyCuts(member);
    },
    cut(from, to) {
      cuts[from]?.add(to);
      applyCuts(from);
    },
    rejoin(member) {
      isolated.delete(member);
      cuts[member]?.clear();
      for (const others of cuts) others.delete(member);
      applyCuts(member);
    },
    async [Symbol.asyncDispose]() {
      const closed = servers.map((server) => server.close());
      for (const line of lines.flat()) line.reset();
      await Promise.all(closed);
    },
  };
}
