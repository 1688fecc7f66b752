import { spawnSync } from "node:child_process";
import { searchPath, unpacked, unpackedEtcds } from "./unpacked-packages.js";

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

/**
 * Debian's packages with the neighbours.
 *
 * @param {import("./unpacked-packages.js").Fetching} options
 * @returns {Promise<{ title: string, env: Record<string, string>, ignored?: string }[]>} the environments to run the
 *   suite in, and which tests can be left out there. The first has what this machine has without the packages, too.
 */
export async function findNeighbours(options) {
  const { own, next, whyNoNext } = await unpackedEtcds(options);
  const python = await unpacked(options, "neighbours-python", PYTHON, { withDependencies: true });
  const runs = [{ title: "neighbours", env: environment(own, [python]) }];
  if (whyNoNext !== undefined) options.skip("neighbours of Debian 13", whyNoNext);
  if (next === undefined) return runs;
  const env = environment(next, [python]);
  runs.push({ title: "neighbours on etcd of Debian 13", env, ignored: "*-files" });
  // They are pure Python: what they depend on is Debian 12's, as Python itself is.
  const nextPython = await unpacked(options, "neighbours-trixie-python", PYTHON, { release: "trixie" });
  if (nextPython !== undefined && python !== undefined) {
    const env = environment(next, [nextPython, python]);
    runs.push({ title: "neighbours of Debian 13", env, ignored: "!(tooz-*)" });
  }
  return runs;
}

/** The versions of the neighbours that are found in an environment. */
export function describeVersions(env) {
  const etcd = versionOf("etcd", ["--version"], env);
  const etcdctl = versionOf("etcdctl", ["version"], env);
  const libraries = run("/usr/bin/python3", ["-c", LIST_VERSIONS], env);
  const found = [etcd && `etcd ${etcd}`, etcdctl && `etcdctl ${etcdctl}`, libraries];
  return found.filter(Boolean).join(", ") || "none";
}

/** The version that a program of an environment says it is, if it is there. */
export function versionOf(command, args, env) {
  return /\d+\.\d+\.\d+/.exec(run(command, args, env))?.[0];
}

function run(command, args, env) {
  const { stdout } = spawnSync(command, args, { env: { ...process.env, ...env }, encoding: "utf8" });
  return (stdout ?? "").trim();
}

/** The first in a list is found first. */
function environment(etcd, pythons) {
  return {
    PATH: searchPath([etcd], "usr/bin", process.env.PATH),
    PYTHONPATH: searchPath(pythons, "usr/lib/python3/dist-packages", process.env.PYTHONPATH),
    // The etcd of the packages, where there is one.
    ...(etcd === undefined ? {} : { FENCELINE_ETCD: undefined }),
  };
}
