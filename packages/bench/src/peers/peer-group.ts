import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Load, LoadResult } from "../load.js";
import type { Command, Peer } from "./peer.js";
import { type PeerProcess, startPeer } from "./peer-process.js";

/** Several processes of one peer, which work at the same time. */
export interface PeerGroup extends AsyncDisposable {
  readonly peer: Peer;
  readonly versions: Readonly<Record<string, string>>;
  readonly processes: readonly PeerProcess[];
  /** Lets the first `processes` of them carry the load, all of it each. */
  run(load: Load, processes: number): Promise<LoadResult[]>;
}

export async function startGroup(
  peer: Peer & { readonly found: Command },
  endpoint: string,
  count: number,
): Promise<PeerGroup> {
  const directory = await mkdtemp(join(tmpdir(), "fenceline-bench-"));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  process.once("exit", remove);
  const { found, variant } = peer;
  const starts = await Promise.allSettled(
    Array.from({ length: count }, () => startPeer(found, { endpoint, directory, variant })),
  );
  const processes = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
  const dispose = async (): Promise<void> => {
    await Promise.all(processes.map((process) => process[Symbol.asyncDispose]()));
    process.off("exit", remove);
    remove();
  };
  const failed = starts.find((start) => start.status === "rejected");
  if (failed !== undefined) {
    await dispose();
    throw failed.reason;
  }
  return {
    peer,
    versions: processes[0]?.versions ?? {},
    processes,
    run: (load, count) =>
      Promise.all(processes.slice(0, count).map((process) => process.ask<LoadResult>("run", load))),
    [Symbol.asyncDispose]: dispose,
  };
}
