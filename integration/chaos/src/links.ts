import { startTcpProxy, type TcpProxy } from "@fenceline/testing";

/** The lines from one worker's place to the members, one each. */
export interface WorkerLinks extends AsyncDisposable {
  readonly endpoints: readonly string[];
  readonly all: readonly TcpProxy[];
  /** The line to one member. */
  to(member: number): TcpProxy;
}

export async function openWorkerLinks(members: readonly string[]): Promise<WorkerLinks> {
  const all = await Promise.all(members.map((target) => startTcpProxy({ target })));
  return {
    endpoints: all.map(({ endpoint }) => endpoint),
    all,
    to: (member) => all[member] as TcpProxy,
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((proxy) => proxy[Symbol.asyncDispose]()));
    },
  };
}
