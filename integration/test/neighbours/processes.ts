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
  const program = fileURLToPath(new URL("programs/fenceline.js", import.meta.url));
  const args = [JSON.stringify(options), JSON.stringify(keys), command, ...rest.map(String)];
  return startChild(process.execPath, [program, ...args]);
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

/** These programs are not compiled: they stand beside the source. */
function program(name: string): string {
  return fileURLToPath(new URL(`../../test/neighbours/programs/${name}`, import.meta.url));
}
