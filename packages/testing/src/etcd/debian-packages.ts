import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { EtcdNotFoundError } from "./errors.js";
import { findOnPath, isExecutable } from "./find-on-path.js";
import { runCommand } from "./run-command.js";

/** The reason why etcd cannot be fetched from Debian's archive here, if there is one. */
export async function whyNotUnpack(): Promise<string | undefined> {
  if ((await findOnPath("apt-get")) === undefined || (await findOnPath("dpkg-deb")) === undefined) {
    return "this is not Debian or Ubuntu";
  }
  return process.getuid?.() === 0 ? undefined : "needs root, to bring the package lists up to date";
}

/** etcd as `unpackEtcd` has left it in the cache directory of this user. */
export async function findUnpackedEtcd(): Promise<string | undefined> {
  const binary = join(cacheDirectory(), "usr/bin/etcd");
  return (await isExecutable(binary)) ? binary : undefined;
}

/** Fetches Debian's etcd into the cache directory. Nothing is installed and no service is started. */
export async function unpackEtcd(say: (message: string) => void): Promise<string> {
  const directory = cacheDirectory();
  say(`etcd not found: fetching Debian's package etcd-server and unpacking it into ${directory}`);
  await mkdir(join(directory, ".."), { recursive: true });
  // Built aside and moved, so that nobody ever finds half of it.
  const parts = await mkdtemp(`${directory}-`);
  try {
    await unpackDebianPackages(["etcd-server"], parts).catch((cause: unknown) => {
      throw new EtcdNotFoundError(`Debian's package etcd-server cannot be fetched: ${cause}`, cause);
    });
    await rm(directory, { recursive: true, force: true });
    await rename(parts, directory);
  } finally {
    await rm(parts, { recursive: true, force: true });
  }
  return join(directory, "usr/bin/etcd");
}

/** Fetches packages with apt's own sources and unpacks their files into a directory. */
export async function unpackDebianPackages(names: readonly string[], directory: string): Promise<void> {
  const downloads = await mkdtemp(`${directory}-deb-`);
  const download = (): Promise<string> =>
    runCommand("apt-get", ["download", "-q", "-o", "APT::Sandbox::User=root", ...names], downloads);
  try {
    await download().catch(async () => {
      // A fresh machine has no package lists yet, an old one has lists of packages that are gone.
      await runCommand("apt-get", ["update", "-q"]);
      await download();
    });
    for (const file of await readdir(downloads)) {
      await runCommand("dpkg-deb", ["-x", join(downloads, file), directory]);
    }
  } finally {
    await rm(downloads, { recursive: true, force: true });
  }
}

function cacheDirectory(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "fenceline", "etcd-server");
}
