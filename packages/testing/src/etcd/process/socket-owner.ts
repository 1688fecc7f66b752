import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * Which of our child processes holds the other end of a connection accepted on 127.0.0.1; `undefined` if none
 * does. Linux only: the socket's inode stands in `/proc/net/tcp`, and again behind a descriptor of its owner.
 */
export function findSocketOwner(
  connection: { readonly localPort: number; readonly remotePort: number },
  pids: readonly number[],
): number | undefined {
  // Seen from the other end, local and remote are swapped.
  const local = loopbackAddress(connection.remotePort);
  const remote = loopbackAddress(connection.localPort);
  const inode = readFileSync("/proc/net/tcp", "latin1")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .find((fields) => fields[1] === local && fields[2] === remote)?.[INODE_FIELD];
  if (inode === undefined || inode === "0") return undefined;
  return pids.find((pid) => holdsSocket(pid, inode));
}

const INODE_FIELD = 9;

function loopbackAddress(port: number): string {
  return `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
}

function holdsSocket(pid: number, inode: string): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).some(
      (descriptor) => linkOf(`${folder}/${descriptor}`) === `socket:[${inode}]`,
    );
  } catch {
    return false; // the process has ended
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // closed meanwhile
  }
}
