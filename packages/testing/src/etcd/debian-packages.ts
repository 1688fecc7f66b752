import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
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
  const binary = join(cacheDirectory("etcd-server"), "usr/bin/etcd");
  return (await isExecutable(binary)) ? binary : undefined;
}

/** Fetches Debian's etcd into the cache directory. Nothing is installed and no service is started. */
export async function unpackEtcd(say: (message: string) => void): Promise<string> {
  const directory = cacheDirectory("etcd-server");
  say(`etcd not found: fetching Debian's package etcd-server and unpacking it into ${directory}`);
  await fillDirectory(directory, (parts) => unpackDebianPackages(["etcd-server"], parts)).catch(
    (cause: unknown) => {
      throw new EtcdNotFoundError(`Debian's package etcd-server cannot be fetched: ${cause}`, cause);
    },
  );
  return join(directory, "usr/bin/etcd");
}

/** Builds a directory aside and moves it into place, so that nobody ever finds half of it. */
export async function fillDirectory(
  directory: string,
  fill: (parts: string) => Promise<void>,
): Promise<void> {
  await mkdir(dirname(directory), { recursive: true });
  const parts = await mkdtemp(`${directory}-`);
  try {
    await fill(parts);
    await rm(directory, { recursive: true, force: true });
    await rename(parts, directory);
  } finally {
    await rm(parts, { recursive: true, force: true });
  }
}

export interface UnpackOptions {
  /** A configuration file of apt's, for other sources than those of this machine. */
  readonly aptConfig?: string | undefined;
  /** Also all that the packages depend on and that is not installed on this machine. Default: `false`. */
  readonly withDependencies?: boolean | undefined;
}

/** Fetches packages with apt and unpacks their files into a directory: nothing is installed. */
export async function unpackDebianPackages(
  names: readonly string[],
  directory: string,
  { aptConfig, withDependencies = false }: UnpackOptions = {},
): Promise<void> {
  const downloads = await mkdtemp(`${directory}-deb-`);
  const apt = (...args: readonly string[]): Promise<string> =>
    runCommand(
      "apt-get",
      [...(aptConfig === undefined ? [] : ["-c", aptConfig]), "-q", "-o", "APT::Sandbox::User=root", ...args],
      downloads,
    );
  const download = (): Promise<string> =>
    withDependencies
      ? apt(
          ...["install", "--download-only", "--yes", "--no-install-recommends"],
          ...["-o", `Dir::Cache::archives=${downloads}`, ...names],
        )
      : apt("download", ...names);
  try {
    await download().catch(async () => {
      // A fresh machine has no package lists yet, an old one has lists of packages that are gone.
      await apt("update");
      await download();
    });
    for (const file of await readdir(downloads)) {
      if (file.endsWith(".deb")) await runCommand("dpkg-deb", ["-x", join(downloads, file), directory]);
    }
  } finally {
    await rm(downloads, { recursive: true, force: true });
  }
}

/** Where packages are unpacked for this user. */
export function cacheDirectory(name: string): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "fenceline", name);
}
