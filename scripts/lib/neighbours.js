import { spawnSync } from "node:child_process";
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
const PYTHON = ["python3-cinder", "python3-tooz", "python3-etcd3gw"];
const LIST_VERSIONS = `
from importlib.metadata import PackageNotFoundError, version
found = []
for name in ["tooz", "etcd3gw", "cinder", "oslo.concurrency", "fasteners"]:
    try:
        found.append(f"{name} {version(name)}")
    except PackageNotFoundError:
        pass
print(", ".join(found))
`;
/** Lists what was unpacked into a directory. */
const LIST = "fenceline-packages";

/**
 * Debian's packages with the neighbours, unpacked into this user's cache directory rather than installed: some
 * would start services. They are fetched with `install` only, and kept.
 *
 * @param {{ install: boolean, say: (message: string) => void, skip: (what: string, why: string) => void }} options
 * @returns {Promise<{ title: string, env: Record<string, string>, ignored?: string }[]>} the environments to run the
 *   suite in, and which tests can be left out there. The first has what this machine has without the packages, too.
 */
export async function findNeighbours(options) {
  const etcd = await unpacked(options, "etcd", ETCD);
  const python = await unpacked(options, "python", PYTHON, { withDependencies: true });
  const runs = [{ title: "neighbours", env: environment(etcd, [python]) }];
  if ((await releaseName()) !== "bookworm") {
    options.skip("neighbours of Debian 13", "they run beside those of Debian 12 only");
    return runs;
  }
  const nextEtcd = await unpacked(options, "trixie-etcd", ETCD, { release: "trixie" });
  if (nextEtcd === undefined) return runs;
  const env = environment(nextEtcd, [python]);
  runs.push({ title: "neighbours on etcd of Debian 13", env, ignored: "*-files" });
  // They are pure Python: what they depend on is Debian 12's, as Python itself is.
  const nextPython = await unpacked(options, "trixie-python", PYTHON, { release: "trixie" });
  if (nextPython !== undefined && python !== undefined) {
    const env = environment(nextEtcd, [nextPython, python]);
    runs.push({ title: "neighbours of Debian 13", env, ignored: "!(tooz-*)" });
  }
  return runs;
}

/** The versions of the neighbours that are found in an environment. */
export function describeVersions(env) {
  const run = (command, ...args) => {
    const { stdout } = spawnSync(command, args, { env: { ...process.env, ...env }, encoding: "utf8" });
    return (stdout ?? "").trim();
  };
  const [etcd] = /\d+\.\d+\.\d+/.exec(run("etcd", "--version")) ?? [];
  const [etcdctl] = /\d+\.\d+\.\d+/.exec(run("etcdctl", "version")) ?? [];
  const libraries = run("/usr/bin/python3", "-c", LIST_VERSIONS);
  const found = [etcd && `etcd ${etcd}`, etcdctl && `etcdctl ${etcdctl}`, libraries];
  return found.filter(Boolean).join(", ") || "none";
}

/** The directory with the files of packages, if it is there or can be made. */
export async function unpacked({ install, say, skip }, name, packages, { release, withDependencies } = {}) {
  const directory = cacheDirectory(`neighbours-${name}`);
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

/** The first in a list is found first; what is missing is left out. */
function environment(etcd, pythons) {
  const paths = (directories, below, inherited) =>
    [...directories.filter(Boolean).map((directory) => join(directory, below)), inherited]
      .filter(Boolean)
      .join(delimiter);
  return {
    PATH: paths([etcd], "usr/bin", process.env.PATH),
    PYTHONPATH: paths(pythons, "usr/lib/python3/dist-packages", process.env.PYTHONPATH),
    // The etcd of the packages, where there is one.
    ...(etcd === undefined ? {} : { FENCELINE_ETCD: undefined }),
  };
}
