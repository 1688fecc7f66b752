import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import {
  cacheDirectory,
  fillDirectory,
  unpackDebianPackages,
  whyNotUnpack,
} from "../../packages/testing/dist/etcd/debian-packages.js";
import { configureApt, releaseName } from "./debian-release.js";

const ETCD = ["etcd-server", "etcd-client"];
/** Lists what was unpacked into a directory. */
const LIST = "fenceline-packages";

/**
 * The directory with the files of Debian's packages in this user's cache directory, if it is there or can be made.
 * Nothing is installed: some would start services. Packages are fetched with `install` only, and kept.
 *
 * @typedef {{ install: boolean, say: (message: string) => void, skip: (what: string, why: string) => void }} Fetching
 * @param {Fetching} fetching
 * @param {string} name of the directory
 * @param {{ release?: string, withDependencies?: boolean }} options
 * @returns {Promise<string | undefined>}
 */
export async function unpacked({ install, say, skip }, name, packages, { release, withDependencies } = {}) {
  const directory = cacheDirectory(name);
  if ((await readFile(join(directory, LIST), "utf8").catch(() => "")) === packages.join(" "))
    return directory;
  const what = `fetching ${packages.join(", ")}${release === undefined ? "" : ` of ${release}`}`;
  const obstacle = install ? await whyNotUnpack() : "needs the option --install";
  if (obstacle !== undefined) return void skip(what, obstacle);
  say(`${what} and unpacking into ${directory}`);
  try {
    await fillDirectory(directory, async (parts) => {
      await fetchInto(parts, packages, release, withDependencies);
      await writeFile(join(parts, LIST), packages.join(" "));
    });
  } catch (error) {
    return void skip(what, error.message);
  }
  return directory;
}

/**
 * The directories with etcd of this machine's Debian and, on Debian 12, of Debian 13.
 *
 * @param {Fetching} fetching
 * @returns {Promise<{ own: string | undefined, next: string | undefined, whyNoNext?: string }>}
 */
export async function unpackedEtcds(fetching) {
  const own = await unpacked(fetching, "neighbours-etcd", ETCD);
  if ((await releaseName()) !== "bookworm") {
    return { own, next: undefined, whyNoNext: "they run beside those of Debian 12 only" };
  }
  return { own, next: await unpacked(fetching, "neighbours-trixie-etcd", ETCD, { release: "trixie" }) };
}

/** A search path that finds in the directories first; what is missing is left out. */
export function searchPath(directories, below, inherited) {
  return [...directories.filter(Boolean).map((directory) => join(directory, below)), inherited]
    .filter(Boolean)
    .join(delimiter);
}

async function fetchInto(directory, packages, release, withDependencies) {
  if (release === undefined) return unpackDebianPackages(packages, directory, { withDependencies });
  const apt = await mkdtemp(join(tmpdir(), "fenceline-apt-"));
  try {
    const aptConfig = await configureApt(release, apt);
    await unpackDebianPackages(packages, directory, { aptConfig, withDependencies });
  } finally {
    await rm(apt, { recursive: true, force: true });
  }
}
