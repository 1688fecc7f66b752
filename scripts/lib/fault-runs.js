import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { versionOf } from "./neighbours.js";
import { searchPath, unpacked, unpackedEtcds } from "./unpacked-packages.js";

/** The lines of etcd that the fault matrix is checked on. */
const WANTED = ["3.4", "3.5"];

/**
 * The environments to run the fault tests in, one for each version of etcd: Debian's packages, else what is on the
 * PATH. Says which of the wanted versions there is none of, and why.
 *
 * @param {import("./unpacked-packages.js").Fetching} fetching
 * @returns {Promise<{ etcd: string, env: Record<string, string | undefined> }[]>}
 */
export async function findFaultRuns({ install, say, skip }) {
  const reasons = [];
  const fetching = { install, say, skip: (what, why) => reasons.push(`${what}: ${why}`) };
  const { own, next, whyNoNext } = await unpackedEtcds(fetching);
  if (whyNoNext !== undefined) reasons.push(`packages of Debian 13: ${whyNoNext}`);
  // Its tests say that they are skipped.
  const clock = await fakeClock({ install, say, skip: (what, why) => say(`${what}: ${why}`) });
  const runs = new Map();
  for (const directory of next === undefined ? [own] : [own, next]) {
    const env = {
      PATH: searchPath([directory], "usr/bin", process.env.PATH),
      FENCELINE_ETCD: undefined,
      FENCELINE_TEST_RUNTIME: "process",
      // Both versions are old; each process of each test would say so.
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --disable-warning=FENCELINE_OLD_ETCD`.trim(),
      ...clock,
    };
    const etcd = versionOf("etcd", ["--version"], env);
    if (etcd !== undefined && !runs.has(etcd)) runs.set(etcd, { etcd, env });
  }
  for (const line of WANTED) {
    const found = [...runs.keys()].some((version) => version.startsWith(`${line}.`));
    if (!found) skip(`faults on etcd ${line}`, ["not on the PATH", ...reasons].join("; "));
  }
  return [...runs.values()];
}

/** Where libfaketime is: tests preload it into their workers. */
async function fakeClock(fetching) {
  const directory = await unpacked(fetching, "faketime", ["libfaketime"]);
  const libraries = join(directory ?? "/", "usr/lib");
  const library = readdirSync(libraries)
    .map((architecture) => join(libraries, architecture, "faketime/libfaketime.so.1"))
    .find((path) => existsSync(path));
  return library === undefined ? {} : { FENCELINE_FAKETIME: library };
}
