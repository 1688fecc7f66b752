import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import type { ConnectOptions, LockKey } from "@fenceline/core";
import { type Child, startChild } from "./child.js";

/** Debian's Python libraries are made for Debian's Python, whatever else is on the PATH. */
export const PYTHON = "/usr/bin/python3";

/** What a process does with its locks: hold them until it is told to go on, or count up in files under them. */
export type Task = readonly ["hold"] | readonly ["count", turns: number, ...files: string[]];

/** A process of ours; without options one that takes no locks. */
export function startFenceline(
  options: ConnectOptions | null,
  keys: readonly (string | LockKey)[],
  [command, ...rest]: Task,
): Child {
  const args = [JSON.stringify(options), JSON.stringify(keys), command, ...rest.map(String)];
  return startChild(process.execPath, [compiled("fenceline.js"), ...args]);
}

/** What `programs/neighbour.py` takes locks with. */
export type PythonKind = "tooz" | "cinder" | "cinder-node" | "oslo" | "fasteners" | "unlocked";

/** A process of Python; `where` is a coordination URL, or a directory. */
export function startPython(
  kind: PythonKind,
  where: string,
  names: readonly string[],
  [command, ...rest]: Task,
): Child {
  const args = [kind, where, names.join(","), command, ...rest.map(String)];
  return startChild(PYTHON, [program("neighbour.py"), ...args]);
}

/** Takes locks for tooz's driver in `programs/tooz-driver`: prints the port on which it is asked for them. */
export function startToozBridge(options: ConnectOptions): Child {
  return startChild(process.execPath, [compiled("tooz-bridge.js"), JSON.stringify(options)]);
}

/** Runs tests of tooz itself on a driver, as `python3 -m unittest -v` does; all output comes as lines. */
export function startToozTests(url: string, name: string, patterns: readonly string[]): Child {
  const selection = patterns.flatMap((pattern) => ["-k", pattern]);
  const tests = [PYTHON, "-W", "ignore", "-m", "unittest", "-v", ...selection, name];
  const path = [program("tooz-driver"), process.env["PYTHONPATH"]].filter(Boolean).join(delimiter);
  return startChild("sh", ["-c", 'exec "$@" 2>&1', "sh", ...tests], {
    ...process.env,
    TOOZ_TEST_URL: url,
    PYTHONPATH: path,
    PYTHONDONTWRITEBYTECODE: "1",
  });
}

/** Runs a command under etcdctl's lock, or holds the lock: prints a line when it is granted, ends with SIGTERM. */
export function startEtcdctlLock(
  endpoints: readonly string[],
  name: string,
  command: readonly string[] = [],
): Child {
  const end = command.length === 0 ? [] : ["--", ...command];
  return startChild("etcdctl", [...LOCK, name, ...end], etcdctlEnvironment(endpoints));
}

/** Leads one of Go's elections with etcdctl: prints lines when it is elected, ends with SIGTERM. */
export function startEtcdctlElect(endpoints: readonly string[], name: string): Child {
  return startChild("etcdctl", ["elect", name, "leader"], etcdctlEnvironment(endpoints));
}

/** Counts up in a file under etcdctl's lock; without a name, without locks. */
export function startEtcdctlCount(
  endpoints: readonly string[],
  name: string | null,
  turns: number,
  file: string,
): Child {
  const lock = name === null ? [] : ["etcdctl", ...LOCK, name, "--"];
  const args = [program("count.sh"), String(turns), file, ...lock];
  return startChild("sh", args, etcdctlEnvironment(endpoints));
}

/** A short lease, so that a killed process is not waited for. */
const LOCK = ["lock", "--ttl", "5"];

function etcdctlEnvironment(endpoints: readonly string[]): NodeJS.ProcessEnv {
  return { ...process.env, ETCDCTL_ENDPOINTS: endpoints.join(",") };
}

function compiled(name: string): string {
  return fileURLToPath(new URL(`programs/${name}`, import.meta.url));
}

/** These programs are not compiled: they stand beside the source. */
function program(name: string): string {
  return fileURLToPath(new URL(`../../test/neighbours/programs/${name}`, import.meta.url));
}
