import type { ArrayConnection } from "../array-connection.js";
import type { Attachment, Volume } from "./volume-driver.js";

interface HostEntry {
  readonly id: number;
  readonly luns: Readonly<Record<string, string>>;
}

// Each step of these relies on what the one before has seen: no two sequences for one host may overlap.

/** Finds the host, or adds it, and gives its id. */
export async function ensureHost(array: ArrayConnection, name: string): Promise<number> {
  const host = (await findHost(array, name)) ?? (await array.write<HostEntry>("POST", "/hosts", { name }));
  return host.id;
}

/** Maps the volume to the host's first free LUN, unless it is mapped. */
export async function mapVolume(array: ArrayConnection, host: number, volume: Volume): Promise<Attachment> {
  const { luns } = await array.read<HostEntry>(`/hosts/${host}`);
  const mapped = lunOf(volume, luns);
  if (mapped !== undefined) return { lun: Number(mapped) };
  let lun = 1;
  while (luns[lun] !== undefined) lun++;
  await array.write("PUT", `/hosts/${host}/luns/${lun}`, { volume: volume.id });
  return { lun };
}

/** Takes the mapping away, and the host with it when nothing else is mapped to it. */
export async function unmapVolume(array: ArrayConnection, hostName: string, volume: Volume): Promise<void> {
  const host = await findHost(array, hostName);
  const lun = host && lunOf(volume, host.luns);
  if (host === undefined || lun === undefined) return;
  await array.write("DELETE", `/hosts/${host.id}/luns/${lun}`);
  const { luns } = await array.read<HostEntry>(`/hosts/${host.id}`);
  if (Object.keys(luns).length === 0) await array.write("DELETE", `/hosts/${host.id}`);
}

async function findHost(array: ArrayConnection, name: string): Promise<HostEntry | undefined> {
  const [host] = await array.read<HostEntry[]>(`/hosts?name=${encodeURIComponent(name)}`);
  return host;
}

function lunOf(volume: Volume, luns: HostEntry["luns"]): string | undefined {
  return Object.keys(luns).find((lun) => luns[lun] === volume.id);
}
